// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/utilization_autoscaler.hpp"

#include <algorithm>
#include <cmath>

#include "models/scheduler/whole_replicas.hpp"

namespace tokenfab {

void UtilizationAutoscalerConfig::describe(Describe<UtilizationAutoscalerConfig>& d) {
  using C = UtilizationAutoscalerConfig;
  describe_scaling<C>(d, &C::interval, &C::scale_down_delay, &C::scale_to_zero_after,
                      &C::tolerance);
  d.choice("metric", &C::metric, {"sequences", "kv_cache", "highest"},
           "Running requests over sequence slots, KV cache held, or the larger of both");
  d.field("target", &C::target, "Utilization that the pool is held at")
      .range(0.01, 1)
      .source("Estimate: Knative's target utilization of 70 %");
}

double UtilizationAutoscaler::utilization(const PoolLoad& load) const {
  const double sequences = load.sequence_slots == 0 ? 0
                                                    : static_cast<double>(load.running) /
                                                          static_cast<double>(load.sequence_slots);
  switch (config_.metric) {
    case UtilizationMetric::Sequences:
      return sequences;
    case UtilizationMetric::KvCache:
      return load.kv_utilization;
    case UtilizationMetric::Highest:
      break;
  }
  return std::max(sequences, load.kv_utilization);
}

std::uint32_t UtilizationAutoscaler::computed(const PoolLoad& load) const {
  const auto present = load.ready + load.starting;
  if (load.ready == 0) {
    return present;  // nothing to measure yet
  }
  const double ratio = utilization(load) / config_.target;
  if (std::abs(ratio - 1) <= config_.tolerance) {
    return present;
  }
  if (ratio < 1) {
    return whole_replicas(ratio * load.ready);
  }
  const double with_starting = ratio * load.ready / present;
  return with_starting <= 1 + config_.tolerance ? present : whole_replicas(ratio * load.ready);
}

std::uint32_t UtilizationAutoscaler::desired(const PoolLoad& load, const PoolBounds& bounds) {
  return delay_.decide(load, bounds, computed(load));
}

}  // namespace tokenfab
