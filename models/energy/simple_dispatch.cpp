// SPDX-License-Identifier: Apache-2.0
#include "models/energy/simple_dispatch.hpp"

#include <algorithm>

namespace tokenfab {

Watts SelfConsumption::battery_power(const DispatchView& view) {
  return std::clamp(view.load - view.renewable, -view.charge_power, view.discharge_power);
}

void PeakShavingConfig::describe(Describe<PeakShavingConfig>& d) {
  d.field("target", &PeakShavingConfig::target, "Import that should not be exceeded")
      .required()
      .range(0, 1e12);
}

Watts PeakShaving::battery_power(const DispatchView& view) {
  const Watts beyond = view.load - view.renewable - config_.target;
  return std::clamp(beyond, -view.charge_power, view.discharge_power);
}

}  // namespace tokenfab
