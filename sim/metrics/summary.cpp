// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/summary.hpp"

#include <array>
#include <cmath>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

constexpr double million = 1e6;
constexpr double hour_s = 3600;
constexpr double grams_per_kilogram = 1e3;

/// What a pool is accountable for besides its own work.
struct Share {
  double energy_site_j = 0;
  double carbon_kg = 0;
  double cost_usd = 0;
};

/// A group of pools added up.
struct Group {
  RequestLedger requests;
  WorkLedger work;
  LatencyStats latency;
  Share share;
  double energy_it_j = 0;
  double chips = 0;
  double peak_flop = 0;    // chips x peak x duration
  double peak_bytes = 0;   // chips x bandwidth x duration
  double chip_busy_s = 0;  // busy time x chips of the replica
  double kv_token_seconds = 0;
  double cost_input_usd = 0;
  double cost_output_usd = 0;
  bool has_service_level = false;

  void add(const PoolResult& pool, const Share& own, double duration_s) {
    requests.add(pool.requests);
    work.add(pool.work);
    latency.merge(pool.latency);
    share.energy_site_j += own.energy_site_j;
    share.carbon_kg += own.carbon_kg;
    share.cost_usd += own.cost_usd;
    energy_it_j += pool.energy_it.si();
    chips += pool.chips;
    peak_flop += pool.chips * pool.peak_per_chip.si() * duration_s;
    peak_bytes += pool.chips * pool.bandwidth_per_chip.si() * duration_s;
    chip_busy_s += pool.work.busy.seconds() * pool.chips / pool.replicas;
    kv_token_seconds += pool.kv_capacity_tokens * duration_s;
    has_service_level = has_service_level || pool.has_service_level;
    const auto charged = (pool.work.prefill_charge + pool.work.decode_charge).seconds();
    if (charged > 0) {
      const double input = pool.work.prefill_charge.seconds() / charged;
      cost_input_usd += own.cost_usd * input;
      cost_output_usd += own.cost_usd * (1 - input);
    }
  }
};

/// Splits sites' energy and money over the pools.
std::vector<Share> shares(const RunResult& result) {
  std::map<std::string, double> site_it;
  std::map<std::string, double> site_chips;
  double chips = 0;
  for (const auto& pool : result.pools) {
    site_it[pool.site] += pool.energy_it.si();
    site_chips[pool.site] += pool.chips;
    chips += pool.chips;
  }
  std::vector<Share> shares;
  for (const auto& pool : result.pools) {
    Share& share = shares.emplace_back();
    const auto part = [](double own, double all) { return all > 0 ? own / all : 0; };
    const double by_chips = part(pool.chips, chips);
    const auto of_site = [&](const std::string& site, bool by_energy) {
      if (site.empty() || site_chips.count(site) == 0) {
        return by_chips;
      }
      if (site != pool.site) {
        return 0.0;
      }
      return by_energy && site_it[site] > 0 ? part(pool.energy_it.si(), site_it[site])
                                            : part(pool.chips, site_chips[site]);
    };
    for (const auto& site : result.sites) {
      share.energy_site_j += of_site(site.name, true) * site.import.si();
      share.carbon_kg += of_site(site.name, true) * site.carbon.si();
    }
    for (const auto& line : result.costs) {
      share.cost_usd += of_site(line.site, line.layer == "energy") * line.amount_usd;
    }
  }
  return shares;
}

void set_requests(MetricSet& metrics, const RequestLedger& requests) {
  metrics.set("requests_completed", static_cast<double>(requests.completed));
  metrics.set("requests_rejected", static_cast<double>(requests.rejected));
  metrics.set("requests_failed", static_cast<double>(requests.failed));
  metrics.set("requests_in_flight", static_cast<double>(requests.in_flight));
  metrics.set("input_tokens", static_cast<double>(requests.input_tokens));
  metrics.set("output_tokens", static_cast<double>(requests.output_tokens));
}

void set_latency(MetricSet& metrics, const std::string& name, const QuantileSketch& sketch) {
  if (sketch.count() == 0) {
    return;
  }
  constexpr std::array<double, 3> points{0.5, 0.9, 0.99};
  const auto quantiles = sketch.quantiles_s(points);
  metrics.set(name + "_mean_s", sketch.mean_s());
  metrics.set(name + "_p50_s", quantiles[0]);
  metrics.set(name + "_p90_s", quantiles[1]);
  metrics.set(name + "_p99_s", quantiles[2]);
}

void set_rates(MetricSet& metrics, const Group& group, double duration_s, double warmup_s) {
  const auto output = static_cast<double>(group.requests.output_tokens);
  const auto total = output + static_cast<double>(group.requests.input_tokens);
  metrics.set("duration_s", duration_s);
  metrics.set_ratio("output_tokens_per_s", output, duration_s);
  metrics.set_ratio("total_tokens_per_s", total, duration_s);
  metrics.set_ratio("output_tokens_per_s_per_chip", output, duration_s * group.chips);
  metrics.set_ratio("total_tokens_per_s_per_chip", total, duration_s * group.chips);
  if (const auto tpot = metrics.get("tpot_p50_s")) {
    metrics.set_ratio("interactivity_tokens_per_s_per_user", 1, *tpot);
  }
  if (group.has_service_level) {
    const auto within = static_cast<double>(group.requests.within_service_level);
    const auto ended = group.requests.completed + group.requests.rejected + group.requests.failed -
                       group.requests.ended_unmeasured;
    metrics.set_ratio("goodput_requests_per_s", within, duration_s - warmup_s);
    metrics.set_ratio("slo_attainment", within, static_cast<double>(ended));
  }
}

void set_use(MetricSet& metrics, const Group& group, double duration_s) {
  metrics.set_ratio("chip_utilization", group.chip_busy_s, group.chips * duration_s);
  metrics.set_ratio("mfu", group.work.work.flop, group.peak_flop);
  metrics.set_ratio("mbu", group.work.work.memory_bytes, group.peak_bytes);
  metrics.set_ratio("kv_cache_utilization", group.work.cached_token_seconds,
                    group.kv_token_seconds);
  constexpr std::array<const char*, time_part_count> names{
      "time_share_weights",   "time_share_kv_cache",      "time_share_matmul",
      "time_share_attention", "time_share_communication", "time_share_overhead",
      "time_share_sampling"};
  const double time = group.work.work.time().seconds();
  for (std::size_t i = 0; i < time_part_count; ++i) {
    metrics.set_ratio(names[i], group.work.work.time_by_part[i].seconds(), time);
  }
  metrics.set("chips_allocated", group.chips);
}

void set_energy(MetricSet& metrics, double it_j, double site_j, double carbon_kg,
                const RequestLedger& requests) {
  const auto output = static_cast<double>(requests.output_tokens);
  const auto total = output + static_cast<double>(requests.input_tokens);
  metrics.set("energy_it_j", it_j);
  metrics.set("energy_site_j", site_j);
  metrics.set_ratio("pue", site_j, it_j);
  metrics.set_ratio("energy_per_output_token_j", site_j, output);
  metrics.set("carbon_kg", carbon_kg);
  metrics.set_ratio("carbon_per_mtok_g", carbon_kg * grams_per_kilogram * million, total);
}

void set_money(MetricSet& metrics, const Group& group, double duration_s) {
  const auto input = static_cast<double>(group.requests.input_tokens);
  const auto output = static_cast<double>(group.requests.output_tokens);
  metrics.set("cost_total_usd", group.share.cost_usd);
  metrics.set_ratio("cost_per_mtok_usd", group.share.cost_usd * million, input + output);
  metrics.set_ratio("cost_per_mtok_input_usd", group.cost_input_usd * million, input);
  metrics.set_ratio("cost_per_mtok_output_usd", group.cost_output_usd * million, output);
  metrics.set_ratio("cost_per_chip_hour_usd", group.share.cost_usd * hour_s,
                    group.chips * duration_s);
}

MetricSet group_metrics(const Group& group, double duration_s, double warmup_s) {
  MetricSet metrics;
  set_requests(metrics, group.requests);
  metrics.set("preemptions", static_cast<double>(group.requests.preemptions));
  set_latency(metrics, "ttft", group.latency.ttft);
  set_latency(metrics, "tpot", group.latency.tpot);
  set_latency(metrics, "itl", group.latency.itl);
  set_latency(metrics, "e2el", group.latency.e2el);
  set_rates(metrics, group, duration_s, warmup_s);
  set_use(metrics, group, duration_s);
  set_energy(metrics, group.energy_it_j, group.share.energy_site_j, group.share.carbon_kg,
             group.requests);
  set_money(metrics, group, duration_s);
  return metrics;
}

MetricSet site_metrics(const SiteResult& site, const RequestLedger& requests) {
  MetricSet metrics;
  metrics.set("chips", site.chips);
  set_energy(metrics, site.it.si(), site.import.si(), site.carbon.si(), requests);
  metrics.set("peak_site_power_w", site.peak_power.si());
  metrics.set("min_site_power_w", site.min_power.si());
  return metrics;
}

/// The whole factory: sums of sites replace the shares of pools, which leave out sites without any.
void set_factory(MetricSet& metrics, const RunResult& result, const Group& group) {
  double it = 0;
  double import = 0;
  double carbon = 0;
  double cost = 0;
  double chips = 0;
  for (const auto& site : result.sites) {
    it += site.it.si();
    import += site.import.si();
    carbon += site.carbon.si();
    chips += site.chips;
  }
  for (const auto& line : result.costs) {
    cost += line.amount_usd;
  }
  CHECK(result.pools.empty() || std::abs(cost - group.share.cost_usd) <= 1e-9 * (cost + 1),
        "pools were charged {} USD of {} USD", group.share.cost_usd, cost);
  set_energy(metrics, it, import, carbon, group.requests);
  metrics.set("chips", chips);
  metrics.set("cost_total_usd", cost);
  if (result.sites.size() == 1) {
    metrics.set("peak_site_power_w", result.sites.front().peak_power.si());
    metrics.set("min_site_power_w", result.sites.front().min_power.si());
  }
  if (result.has_prices) {
    metrics.set("revenue_usd", result.revenue_usd);
    metrics.set("margin_usd", result.revenue_usd - cost);
  }
}

}  // namespace

Summary summarize(const RunResult& result) {
  const double duration_s = result.duration.seconds();
  const double warmup_s = result.warmup.seconds();
  const auto pool_shares = shares(result);
  Group factory;
  std::map<std::string, Group> services;
  std::map<std::string, RequestLedger> site_requests;
  Summary summary;
  for (std::size_t i = 0; i < result.pools.size(); ++i) {
    const auto& pool = result.pools[i];
    Group alone;
    alone.add(pool, pool_shares[i], duration_s);
    factory.add(pool, pool_shares[i], duration_s);
    services[pool.service].add(pool, pool_shares[i], duration_s);
    site_requests[pool.site].add(pool.requests);
    summary.pools[pool.service + "/" + pool.name] = group_metrics(alone, duration_s, warmup_s);
  }
  for (const auto& [name, unrouted] : result.unrouted_by_service) {
    services[name].requests.add(unrouted);
    factory.requests.add(unrouted);
  }
  for (const auto& [name, group] : services) {
    summary.services[name] = group_metrics(group, duration_s, warmup_s);
  }
  summary.factory = group_metrics(factory, duration_s, warmup_s);
  set_factory(summary.factory, result, factory);
  for (const auto& site : result.sites) {
    summary.sites[site.name] = site_metrics(site, site_requests[site.name]);
  }
  for (const auto& cluster : result.clusters) {
    auto& metrics = summary.clusters[cluster.site + "/" + cluster.name];
    metrics.set("chips", cluster.chips);
    metrics.set("chips_allocated", cluster.chips_allocated);
    metrics.set("energy_it_j", cluster.energy_it.si());
  }
  for (const auto& [name, tenant] : result.tenants) {
    set_requests(summary.tenants[name], tenant.requests);
  }
  return summary;
}

}  // namespace tokenfab
