// SPDX-License-Identifier: Apache-2.0
#include "models/energy/ramp_limit_dispatch.hpp"

#include <algorithm>

namespace tokenfab {

void RampLimitConfig::describe(Describe<RampLimitConfig>& d) {
  using C = RampLimitConfig;
  d.field("rate", &C::rate, "Fastest change of the import, such as 1 MW/min")
      .required()
      .range(1e-3, 1e12);
  d.field("soc_target", &C::soc_target, "Place between empty and full the charge returns to")
      .range(0, 1);
  d.field("recovery", &C::recovery, "Time constant of that return")
      .range(1, 1e7)
      .source("Estimate: slow beside the swings of training steps, quick beside a day");
}

Watts RampLimit::battery_power(const DispatchView& view) {
  const Watts wanted = view.load - view.renewable;
  const bool is_first = !asked_;
  if (is_first || view.now > *asked_) {
    allowed_ = is_first ? Watts(0) : config_.rate * Seconds((view.now - *asked_).seconds());
    asked_ = view.now;
  }
  const Joules target = view.charge_min + config_.soc_target * (view.charge_max - view.charge_min);
  const Watts steered = wanted + (target - view.charge) / config_.recovery;
  const Watts import =
      is_first ? wanted
               : std::clamp(steered, view.last_import - allowed_, view.last_import + allowed_);
  return std::clamp(wanted - std::max(import, Watts(0)), -view.charge_power, view.discharge_power);
}

}  // namespace tokenfab
