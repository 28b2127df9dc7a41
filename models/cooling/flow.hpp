// SPDX-License-Identifier: Apache-2.0
// What moves air and water: variable-speed fans and pumps in parallel, all running alike.
#pragma once

#include <algorithm>

#include "models/cooling/curves.hpp"

namespace tokenfab {

/// Of water near 30 degC; ASHRAE Fundamentals 2017, ch. 33.
inline constexpr double water_density_kg_m3 = 996;
inline constexpr double water_heat_j_kg_k = 4180;
/// Of air at 25 degC, 101325 Pa; ASHRAE Fundamentals 2017, ch. 1.
inline constexpr double air_density_kg_m3 = 1.18;
inline constexpr double air_heat_j_kg_k = 1006;
/// Latent heat of water at 25 degC; ASHRAE Fundamentals 2017, ch. 1.
inline constexpr double latent_heat_j_kg = 2.442e6;

/// Power per watt of heat carried: dp Q / eta with Q = heat / (rho c range).
constexpr double water_pump_share(double pressure_pa, double efficiency, double range_k) {
  return pressure_pa / efficiency / (water_density_kg_m3 * water_heat_j_kg_k * range_k);
}
constexpr double air_fan_share(double pressure_pa, double efficiency, double range_k) {
  return pressure_pa / efficiency / (air_density_kg_m3 * air_heat_j_kg_k * range_k);
}

/// Share of full power at a share of full flow; below the least flow they cycle.
constexpr double cycled_power(const Cubic& curve, double flow, double least) {
  const double running = std::clamp(flow, least, 1.0);
  const double cycle = flow < least ? std::max(0.0, flow) / least : 1.0;
  return std::min(1.0, curve.at(running)) * cycle;
}

/// Fans or pumps that carry heat: flow follows the heat at a constant temperature range.
struct FlowUnits {
  double capacity_w = 0;  // heat that the running units carry at full speed
  double power_w = 0;     // theirs, at full speed
  double minimum = 0;     // least share of full flow
  Cubic curve = fan_appendix_g;

  double power_at(double heat_w) const {
    if (capacity_w <= 0) {
      return 0;
    }
    return power_w * std::min(1.0, curve.at(std::clamp(heat_w / capacity_w, minimum, 1.0)));
  }
};

}  // namespace tokenfab
