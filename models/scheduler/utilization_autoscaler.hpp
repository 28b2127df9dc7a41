// SPDX-License-Identifier: Apache-2.0
// Utilization autoscaler: Kubernetes' formula over the share of sequence slots that run, or of the
// KV cache that is held,
//
//     desired = ceil(replicas x value / target),
//
// and no change while value / target is within the tolerance of 1. Starting replicas count as
// unused when the others ask for more (and then may take the ratio back within the tolerance); they
// are set aside when fewer are asked for. With "highest" the metric that wants more replicas wins.
// Source: Kubernetes documentation, "Horizontal Pod Autoscaling", algorithm details (2025);
// pkg/controller/podautoscaler/replica_calculator.go.
// Left out: scaling policies that limit replicas per minute. A pool at zero, which Kubernetes
// leaves to others, starts a replica for a waiting request.
#pragma once

#include "models/scheduler/scale_down_delay.hpp"
#include "sim/api/autoscaler.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

enum class UtilizationMetric {
  Sequences,  // running requests / sequence slots
  KvCache,    // KV cache held by running requests
  Highest     // the larger of both
};

struct UtilizationAutoscalerConfig : ScalingConfig {
  UtilizationMetric metric = UtilizationMetric::Highest;
  double target = 0.7;
  static void describe(Describe<UtilizationAutoscalerConfig>& d);
};

class UtilizationAutoscaler : public Autoscaler {
 public:
  explicit UtilizationAutoscaler(const UtilizationAutoscalerConfig& config)
      : config_(config), delay_(config) {}
  Seconds interval() const override { return config_.interval; }
  std::uint32_t desired(const PoolLoad& load, const PoolBounds& bounds) override;

 private:
  double utilization(const PoolLoad& load) const;
  std::uint32_t computed(const PoolLoad& load) const;

  UtilizationAutoscalerConfig config_;
  ScaleDownDelay delay_;
};

}  // namespace tokenfab
