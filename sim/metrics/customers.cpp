// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/customers.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/metrics/fairness.hpp"

namespace tokenfab {
namespace {

/// Those of one name added up: a tenant of several applications, the tenants of a tier.
struct Customers {
  RequestLedger requests;
  LatencyStats latency;
  ProductCosts costs;
  double revenue_usd = 0;
  double service = 0;  // weighted tokens over the tenant's weight
  bool has_service_level = false;
  bool is_given = false;  // a load without requests

  void add(const TenantResult& got, const ProductCosts& own, bool with_service_level) {
    requests.add(got.requests);
    latency.merge(got.latency);
    costs.add(own);
    revenue_usd += got.revenue_usd;
    service += service_tokens(got.requests) / got.weight;
    has_service_level = has_service_level || with_service_level;
  }

  MetricSet metrics(bool has_prices, const RunTime& time) const {
    MetricSet metrics;
    if (is_given) {
      set_given_tokens(metrics, requests, time);
    } else {
      set_requests(metrics, requests);
      set_latencies(metrics, latency);
      set_rates(metrics, requests, has_service_level, time);
    }
    set_costs(metrics, requests, costs);
    if (has_prices) {
      set_revenue(metrics, requests, revenue_usd, costs.total_usd());
    }
    return metrics;
  }
};

/// Agents of applications added up, with the money of those applications.
struct Agents {
  bool any = false;
  double tasks_completed = 0;
  double tasks_failed = 0;
  double agent_days = 0;
  double cost_usd = 0;
  double revenue_usd = 0;

  void add(const ApplicationResult& application, const Customers& customers) {
    if (!application.agents) {
      return;
    }
    const auto& active = *application.agents;
    any = true;
    tasks_completed += static_cast<double>(active.tasks_completed);
    tasks_failed += static_cast<double>(active.tasks_failed);
    agent_days += static_cast<double>(std::accumulate(
        active.agents_by_day.begin(), active.agents_by_day.end(), std::uint64_t{0}));
    cost_usd += customers.costs.total_usd();
    revenue_usd += customers.revenue_usd;
  }

  void set(MetricSet& metrics, const RunResult& result) const {
    if (!any) {
      return;
    }
    constexpr double day_s = 86400;
    const double days =
        std::max(1.0, std::ceil((result.time_of_day + result.duration).seconds() / day_s));
    metrics.set("tasks_completed", tasks_completed);
    metrics.set("tasks_failed", tasks_failed);
    metrics.set("daily_active_agents", agent_days / days);
    metrics.set_ratio("cost_per_agent_day_usd", cost_usd, agent_days);
    if (result.has_prices) {
      metrics.set_ratio("revenue_per_agent_day_usd", revenue_usd, agent_days);
    }
  }
};

/// What a service, or the factory, knows of its customers.
struct Clientele {
  RequestLedger requests;
  double revenue_usd = 0;
  Agents agents;
  std::map<std::string, double> service_by_tenant;  // of named tenants that sent requests

  void add(const std::string& tenant, const TenantResult& got) {
    requests.add(got.requests);
    revenue_usd += got.revenue_usd;
    const bool is_rendered = got.requests.images > 0 || got.requests.video_seconds > 0;
    if (!tenant.empty() && got.requests.arrived > 0 && !is_rendered) {
      service_by_tenant[tenant] += service_tokens(got.requests) / got.weight;
    }
  }

  void set(MetricSet& metrics, const RunResult& result) const {
    agents.set(metrics, result);
    if (result.has_prices) {
      set_revenue(metrics, requests, revenue_usd, metrics.get("cost_total_usd").value_or(0));
    }
    std::vector<double> services;
    for (const auto& [tenant, service] : service_by_tenant) {
      services.push_back(service);
    }
    if (services.size() > 1) {
      metrics.set("fairness_jain_index", jain_index(services));
      metrics.set("tenant_service_gap", service_gap(services));
    }
  }
};

}  // namespace

void summarize_customers(const RunResult& result, const Attribution& attribution,
                         const RunTime& time, Summary& summary) {
  std::map<std::string, Customers> tenants;
  std::map<std::string, Customers> tiers;
  std::map<std::string, Clientele> services;
  Clientele factory;
  for (const auto& [name, application] : result.applications) {
    const bool has_level = application.has_service_level;
    auto& service = services[application.service];
    Customers all{application.requests, {}, {}, 0, 0, has_level, application.is_given};
    for (const auto& [tenant, got] : application.tenants) {
      const auto& costs = attribution.tenants.at(name).at(tenant);
      all.latency.merge(got.latency);
      all.costs.add(costs);
      all.revenue_usd += got.revenue_usd;
      service.add(tenant, got);
      factory.add(tenant, got);
      if (!got.tier.empty() && got.requests.arrived > 0) {
        tiers[got.tier].add(got, costs, has_level);
      }
      if (!tenant.empty()) {
        tenants[tenant].add(got, costs, has_level);
      }
    }
    Agents agents;
    for (auto* sum : {&agents, &service.agents, &factory.agents}) {
      sum->add(application, all);
    }
    auto& metrics = summary.applications[name] = all.metrics(result.has_prices, time);
    agents.set(metrics, result);
    if (application.answered_in_time) {
      metrics.set("requests_within_deadline", static_cast<double>(*application.answered_in_time));
    }
  }
  for (const auto& [name, customers] : tenants) {
    auto& metrics = summary.tenants[name] = customers.metrics(result.has_prices, time);
    metrics.set("service_tokens", customers.service);
  }
  for (const auto& [name, customers] : tiers) {
    summary.tiers[name] = customers.metrics(result.has_prices, time);
  }
  for (const auto& [name, clientele] : services) {
    clientele.set(summary.services[name], result);
  }
  factory.set(summary.factory, result);
}

}  // namespace tokenfab
