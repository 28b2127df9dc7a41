// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/queue_autoscaler.hpp"

#include <algorithm>

#include "models/scheduler/whole_replicas.hpp"

namespace tokenfab {

void QueueAutoscalerConfig::describe(Describe<QueueAutoscalerConfig>& d) {
  using C = QueueAutoscalerConfig;
  describe_scaling<C>(d, &C::interval, &C::scale_down_delay, &C::scale_to_zero_after,
                      &C::tolerance);
  d.field("waiting_target", &C::waiting_target, "Requests that may wait per replica")
      .range(0.01, 1e9)
      .source("vLLM production stack (2025), Autoscaling with KEDA: threshold of 5");
  d.field("in_flight_target", &C::in_flight_target, "Requests waiting or running per replica")
      .range(0.01, 1e9)
      .source("Knative (2025): soft limit of 100 requests, used to 70 %");
}

std::uint32_t QueueAutoscaler::desired(const PoolLoad& load, const PoolBounds& bounds) {
  const auto waiting = static_cast<double>(load.waiting);
  const auto in_flight = static_cast<double>(load.waiting + load.running);
  const auto needed =
      std::max(waiting / config_.waiting_target, in_flight / config_.in_flight_target);
  return delay_.decide(load, bounds, replicas_for(needed, load, config_.tolerance));
}

}  // namespace tokenfab
