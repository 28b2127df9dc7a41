// SPDX-License-Identifier: Apache-2.0
// Queue autoscaler: as many replicas as keep the requests per replica at their targets,
//
//     desired = max(ceil(waiting / waiting_target), ceil((waiting + running) / in_flight_target)).
//
// The first term answers a queue quickly; the second keeps the replicas that the requests under
// way need once the queue is empty, so that a constant load gives a constant answer. Within the
// tolerance of the present number nothing changes, as in the Kubernetes autoscaler that KEDA feeds.
// Source: Knative documentation, "Configuring concurrency" (2025): pods = requests in flight /
// (target x utilization), with a target of 100 and a utilization of 70 %; KEDA's queue-length
// metric in the vLLM production stack (tutorial "Autoscaling with KEDA", 2025):
// vllm:num_requests_waiting with a threshold of 5.
// Left out: Knative's panic window and its rate limits, since every call answers at once here.
#pragma once

#include "models/scheduler/scale_down_delay.hpp"
#include "sim/api/autoscaler.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct QueueAutoscalerConfig : ScalingConfig {
  double waiting_target = 5;
  double in_flight_target = 70;
  static void describe(Describe<QueueAutoscalerConfig>& d);
};

class QueueAutoscaler : public Autoscaler {
 public:
  explicit QueueAutoscaler(const QueueAutoscalerConfig& config) : config_(config), delay_(config) {}
  Seconds interval() const override { return config_.interval; }
  std::uint32_t desired(const PoolLoad& load, const PoolBounds& bounds) override;

 private:
  QueueAutoscalerConfig config_;
  ScaleDownDelay delay_;
};

}  // namespace tokenfab
