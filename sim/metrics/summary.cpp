// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/summary.hpp"

#include <array>

#include "sim/metrics/attribution.hpp"
#include "sim/metrics/customers.hpp"
#include "sim/metrics/job_metrics.hpp"
#include "sim/metrics/plant_metrics.hpp"
#include "sim/metrics/pool_group.hpp"

namespace tokenfab {
namespace {

constexpr std::array sections{
    SummarySection{"services", &Summary::services},
    SummarySection{"pools", &Summary::pools},
    SummarySection{"sites", &Summary::sites},
    SummarySection{"clusters", &Summary::clusters},
    SummarySection{"jobs", &Summary::jobs},
    SummarySection{"applications", &Summary::applications},
    SummarySection{"tenants", &Summary::tenants},
    SummarySection{"tiers", &Summary::tiers},
    SummarySection{"cache_tiers", &Summary::cache_tiers},
};

/// The whole factory: sums of sites replace the shares of pools, which leave out sites without any.
void set_factory(MetricSet& metrics, const RunResult& result, const Attribution& attribution,
                 const RequestLedger& requests) {
  double cost = 0;
  double chips = 0;
  for (const auto& site : result.sites) {
    chips += site.chips;
  }
  for (const auto& line : result.costs) {
    cost += line.amount_usd;
  }
  set_plant(metrics, result.sites, requests);
  metrics.set("chips", chips);
  metrics.set("cost_total_usd", cost);
  if (attribution.unattributed_usd != 0) {
    metrics.set("cost_unattributed_usd", attribution.unattributed_usd);
  }
}

void set_sites(Summary& summary, const RunResult& result) {
  std::map<std::string, RequestLedger> site_requests;
  for (const auto& pool : result.pools) {
    site_requests[pool.site].add(pool.requests);
  }
  for (const auto& site : result.sites) {
    auto& metrics = summary.sites[site.name];
    metrics.set("chips", site.chips);
    set_plant(metrics, {&site, 1}, site_requests[site.name]);
  }
  for (const auto& cluster : result.clusters) {
    auto& metrics = summary.clusters[cluster.site + "/" + cluster.name];
    metrics.set("chips", cluster.chips);
    metrics.set("chips_allocated", cluster.chips_allocated);
    metrics.set("energy_it_j", cluster.energy_it.si());
  }
}

void set_cache_tiers(Summary& summary, const PoolResult& pool) {
  for (const auto& [tier, hits] : pool.tier_hit_tokens) {
    auto& metrics = summary.cache_tiers[pool.service + "/" + pool.name + "/" + tier];
    metrics.set("tier_hit_tokens", static_cast<double>(hits));
    metrics.set_ratio("tier_hit_rate", static_cast<double>(hits),
                      static_cast<double>(pool.queried_prefix_tokens));
  }
}

}  // namespace

std::span<const SummarySection> summary_sections() { return sections; }

Summary summarize(const RunResult& result) {
  const RunTime time{result.duration.seconds(), result.warmup.seconds()};
  const auto attribution = attribute(result);
  PoolGroup factory;
  std::map<std::string, PoolGroup> services;
  Summary summary;
  for (std::size_t i = 0; i < result.pools.size(); ++i) {
    const auto& pool = result.pools[i];
    const auto& share = attribution.pools[i];
    if (pool.is_jobs) {
      continue;
    }
    PoolGroup alone;
    for (auto* group : {&alone, &factory, &services[pool.service]}) {
      group->add(pool, share, time);
    }
    alone.set_costs(charge(pool.work, share.cost_usd));
    summary.pools[pool.service + "/" + pool.name] = alone.metrics(time);
    set_cache_tiers(summary, pool);
  }
  for (const auto& [name, unrouted] : result.unrouted_by_service) {
    services[name].add_unrouted(unrouted);
    factory.add_unrouted(unrouted);
  }
  ProductCosts all;
  for (const auto& [name, costs] : attribution.services) {
    services[name].set_costs(costs);
    all.add(costs);
  }
  factory.set_costs(all);
  for (const auto& [name, group] : services) {
    summary.services[name] = group.metrics(time);
  }
  summary.factory = factory.metrics(time);
  set_factory(summary.factory, result, attribution, factory.requests());
  set_sites(summary, result);
  summarize_customers(result, attribution, time, summary);
  summarize_jobs(result, attribution, summary);
  return summary;
}

}  // namespace tokenfab
