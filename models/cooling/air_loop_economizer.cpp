// SPDX-License-Identifier: Apache-2.0
#include "models/cooling/air_loop_economizer.hpp"

#include <algorithm>

#include "models/cooling/flow.hpp"

namespace tokenfab {

void AirLoopEconomizerConfig::describe(Describe<AirLoopEconomizerConfig>& d) {
  using C = AirLoopEconomizerConfig;
  d.field("approach", &C::approach, "Water leaving over outside air, at design heat and full fans")
      .range(0.5, 40)
      .source("Estimate: 5 to 8 K");
  d.field("water_range", &C::water_range, "Water returning from the air handlers over supplied")
      .range(1, 30)
      .source("Estimate: 6 to 12 K");
  d.field("fan_power_share", &C::fan_power_share, "Fan power over heat at the design point")
      .range(0, 0.2)
      .source("Estimate: 1 to 2 %");
  d.field("least_air_flow", &C::least_air_flow, "Share of air flow below which fans cycle")
      .range(0, 1)
      .source("Estimate");
}

AirLoopEconomizer::Relief AirLoopEconomizer::relief(double heat_w, double design_w,
                                                    double dry_bulb_degc) const {
  const double fans = config_.fan_power_share * design_w;
  const double excess = supply_degc_ - dry_bulb_degc;
  const double needed = config_.approach.si() * heat_w / design_w;  // at full air flow
  const double capacity = design_w * std::clamp(excess / config_.approach.si(), 0.0, 1.0);
  if (heat_w <= capacity) {
    const double flow = excess > 0 ? needed / excess : 0;
    return {1, capacity, fans * cycled_power(fan_appendix_g, flow, config_.least_air_flow)};
  }
  const double covered = 1 + (excess - needed) / config_.water_range.si();
  return {std::clamp(covered, 0.0, 1.0), capacity, fans};
}

}  // namespace tokenfab
