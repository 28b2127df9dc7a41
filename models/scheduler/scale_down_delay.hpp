// SPDX-License-Identifier: Apache-2.0
// What every autoscaler does with the number it computed: scale down only to the most that was
// wanted within a delay, scale to zero only after a time without any request, scale from zero at
// once when a request waits, and stay within the bounds.
// Source: Kubernetes documentation, "Horizontal Pod Autoscaling", stabilization window; Knative
// documentation, "Configuring scale bounds" (scale-down-delay) and "Configuring scale to zero"
// (2025).
#pragma once

#include <deque>
#include <optional>

#include "sim/api/autoscaler.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

/// Fields that every autoscaler has.
struct ScalingConfig {
  Seconds interval{15};
  Seconds scale_down_delay{300};
  Seconds scale_to_zero_after{90};
  double tolerance = 0.1;
};

/// Declares them among the fields of an autoscaler's configuration C.
template <class C>
void describe_scaling(Describe<C>& d, Seconds C::*interval, Seconds C::*scale_down_delay,
                      Seconds C::*scale_to_zero_after, double C::*tolerance) {
  d.field("interval", interval, "Time between two decisions")
      .range(0.001, 1e6)
      .source("Kubernetes HPA: sync period of 15 s");
  d.field("scale_down_delay", scale_down_delay,
          "Replicas go only when fewer were wanted for this long")
      .range(0, 1e7)
      .source("Kubernetes HPA: downscale stabilization window of 5 min");
  d.field("scale_to_zero_after", scale_to_zero_after,
          "Idle time after which a pool that may scale to zero does")
      .range(0, 1e7)
      .source("Knative: stable window of 60 s and grace period of 30 s");
  d.field("tolerance", tolerance, "Relative deviation from the present number that changes nothing")
      .range(0, 10)
      .source("Kubernetes HPA: tolerance of 0.1");
}

class ScaleDownDelay {
 public:
  explicit ScaleDownDelay(const ScalingConfig& config)
      : delay_(Duration::from_seconds(config.scale_down_delay.si())),
        idle_(Duration::from_seconds(config.scale_to_zero_after.si())) {}

  /// What to answer when `computed` replicas would do. Dates never decrease.
  std::uint32_t decide(const PoolLoad& load, const PoolBounds& bounds, std::uint32_t computed);

 private:
  struct Wanted {
    Instant date;
    std::uint32_t replicas;
  };

  Duration delay_;
  Duration idle_;
  std::deque<Wanted> maxima_;  // replicas decrease from front to back; the front is the largest
  std::optional<Instant> idle_since_;
  bool is_started_ = false;
};

}  // namespace tokenfab
