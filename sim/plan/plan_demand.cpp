// SPDX-License-Identifier: Apache-2.0
#include "sim/plan/plan_demand.hpp"

#include <algorithm>

#include "models/catalog.hpp"
#include "models/workload/trace_workload.hpp"
#include "sim/api/workload.hpp"

namespace tokenfab {
namespace {

/// A replayed trace, of which only the first requests may be asked for.
PlanDemand demand_of_trace(const TraceInput& trace, const WorkloadConfig& workload) {
  const auto& summary = trace.summary;
  const auto rows = static_cast<double>(summary.rows);
  PlanDemand demand;
  // These formats record lengths and nothing of what prompts hold (sim/data/open_trace.cpp).
  demand.may_share_prompts = trace.format != "azure" && trace.format != "burstgpt";
  if (trace.has_sessions || summary.rows == 0 || workload.source.model != "trace") {
    demand.may_share_prompts = true;
    return demand;
  }
  const auto& config = *static_cast<const TraceWorkloadConfig*>(workload.source.config.get());
  const double asked = std::min(rows, static_cast<double>(config.num_prompts.value_or(INT64_MAX)));
  const double span_s = summary.last_arrival.seconds() / config.speedup;
  demand.input_tokens = static_cast<double>(summary.input_tokens) / rows;
  demand.output_tokens = static_cast<double>(summary.output_tokens) / rows;
  demand.requests = asked;
  demand.span_s = span_s * asked / rows;
  demand.rate_per_s = span_s > 0 ? std::optional(rows / span_s) : std::nullopt;
  return demand;
}

PlanDemand demand_of(const Scenario& scenario, const std::string& name,
                     const WorkloadConfig& workload) {
  const auto trace = scenario.traces.find(name);
  if (trace != scenario.traces.end()) {
    return demand_of_trace(trace->second, workload);
  }
  const auto source = plugin_table().make<Workload>("workload", workload.source);
  PlanDemand demand;
  if (const auto lengths = source->mean_lengths()) {
    demand.input_tokens = lengths->first;
    demand.output_tokens = lengths->second;
  }
  demand.rate_per_s = source->offered_rate_per_s();
  if (const auto requests = source->expected_requests()) {
    demand.requests = static_cast<double>(*requests);
  }
  if (demand.rate_per_s && demand.requests) {
    demand.span_s = *demand.requests / *demand.rate_per_s;
  }
  demand.may_share_prompts = workload.source.model != "synthetic";
  return demand;
}

std::optional<double> sum(const std::optional<double>& a, const std::optional<double>& b) {
  return a && b ? std::optional(*a + *b) : std::nullopt;
}

/// The mean of two flows of requests, by their rates, else by their numbers.
std::optional<double> mean(const std::optional<double>& a, const PlanDemand& of_a,
                           const std::optional<double>& b, const PlanDemand& of_b) {
  const bool has_rates = of_a.rate_per_s && of_b.rate_per_s;
  const auto& weight_a = has_rates ? of_a.rate_per_s : of_a.requests;
  const auto& weight_b = has_rates ? of_b.rate_per_s : of_b.requests;
  if (!a || !b || !weight_a || !weight_b) {
    return std::nullopt;
  }
  return (*a * *weight_a + *b * *weight_b) / (*weight_a + *weight_b);
}

PlanDemand together(const PlanDemand& a, const PlanDemand& b) {
  PlanDemand all;
  all.input_tokens = mean(a.input_tokens, a, b.input_tokens, b);
  all.output_tokens = mean(a.output_tokens, a, b.output_tokens, b);
  all.rate_per_s = sum(a.rate_per_s, b.rate_per_s);
  all.requests = sum(a.requests, b.requests);
  all.span_s = a.span_s && b.span_s ? std::optional(std::max(*a.span_s, *b.span_s)) : std::nullopt;
  all.may_share_prompts = a.may_share_prompts || b.may_share_prompts;
  return all;
}

}  // namespace

PlanDemand plan_demand(const Scenario& scenario, const std::string& service) {
  std::optional<PlanDemand> all;
  for (const auto& [name, workload] : scenario.config->workloads) {
    if (workload.service == service) {
      const auto demand = demand_of(scenario, name, workload);
      all = all ? together(*all, demand) : demand;
    }
  }
  auto demand = all.value_or(PlanDemand());
  if (scenario.config->horizon) {
    const double horizon_s = scenario.config->horizon->si();
    demand.span_s = std::min(demand.span_s.value_or(horizon_s), horizon_s);
  }
  return demand;
}

}  // namespace tokenfab
