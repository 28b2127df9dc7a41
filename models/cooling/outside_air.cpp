// SPDX-License-Identifier: Apache-2.0
#include "models/cooling/outside_air.hpp"

#include <algorithm>

#include "models/cooling/flow.hpp"
#include "models/cooling/moist_air.hpp"

namespace tokenfab {

void OutsideAir::size_for(double heat_w) { design_w_ = heat_w; }

void OutsideAir::prepare(const Weather& weather, const CoolingHealth& health) {
  const double dry = weather.dry_bulb.degrees();
  const double wet = std::min(weather.wet_bulb.degrees(), dry);
  const double supply = config_.supply.degrees();
  const double outside = humidity(dry, wet, weather.pressure_pa);
  const double most = saturated_humidity(config_.dew_point_max.degrees(), weather.pressure_pa);

  // The stage wets the air no further than needed, and not at all where it would make it too damp.
  const double wanted =
      std::clamp(dry - supply, 0.0, config_.evaporative_effectiveness * (dry - wet));
  const double damp = wanted * air_heat_j_kg_k / latent_heat_j_kg;
  is_wet_ = wanted > 0 && (outside + damp <= most || config_.backup_share == 0);
  const double fall = is_wet_ ? wanted : 0;
  entering_degc_ = dry - fall;
  is_open_ = config_.backup_share == 0 ||
             (outside <= most && entering_degc_ < (config_.supply + config_.range).degrees());
  const double taken_up =
      is_open_ ? evaporated_kg_j(outside, is_wet_ ? damp : 0, dry, weather.pressure_pa) : 0;
  is_wet_ = taken_up > 0;
  water_m3_j_ = taken_up / water_density_kg_m3;

  const auto& c = config_.chillers;
  running_ = (c.units + c.spare_units) * health.chillers;
  point_ = chillers_.at(supply, dry + config_.condenser_approach.si());
  backup_w_ = config_.backup_share * design_w_ / c.units * running_ * point_.capacity;
}

/// Water per heat: what cools warm air, and what humidifies dry air. Return air, mixed in while it
/// is cold outside, keeps its water, so only the outside air's share f takes some up: it removes f
/// [cp (return - outside) + h_fg dw] = cp range per kilogram of supply air.
double OutsideAir::evaporated_kg_j(double outside, double damp, double dry_degc,
                                   double pressure_pa) const {
  double wetted = damp;
  if (config_.dew_point_min) {
    wetted = std::max(wetted,
                      saturated_humidity(config_.dew_point_min->degrees(), pressure_pa) - outside);
  }
  const double returning = (config_.supply + config_.range).degrees();
  const double carried = air_heat_j_kg_k * config_.range.si();
  const double per_kg = air_heat_j_kg_k * (returning - dry_degc) + latent_heat_j_kg * wetted;
  const double share = per_kg > carried ? carried / per_kg : 1;
  return share * wetted / carried;
}

/// Of the heat, what the outside air does not take at the set point. Air that should stay outside
/// is let in where the chillers alone cannot take the heat.
double OutsideAir::mechanical_share(double heat_w) const {
  if (!is_open_ && heat_w <= backup_w_) {
    return 1;
  }
  const double missing = entering_degc_ - config_.supply.degrees();
  return std::clamp(missing / config_.range.si(), 0.0, 1.0);
}

RejectionCost OutsideAir::cost_of(double heat_w, double chilled_w) const {
  RejectionCost result;
  if (chilled_w > 0) {
    const double unit = config_.backup_share * design_w_ / config_.chillers.units;
    result.chillers_w = chillers_.power_w(chilled_w, point_, unit, running_);
    result.heat_rejection_w = config_.condenser_fan_share * (chilled_w + result.chillers_w);
  }
  if (is_open_ && is_wet_) {
    result.heat_rejection_w += config_.evaporative_pump_share * std::max(0.0, heat_w);
    result.water_m3_s = water_m3_j_ * heat_w;
  }
  return result;
}

RejectionCost OutsideAir::cost(double heat_w) const {
  return cost_of(heat_w, heat_w * mechanical_share(heat_w));
}

bool OutsideAir::is_enough(double needed_w) const {
  return needed_w <= design_w_ && needed_w * mechanical_share(needed_w) <= backup_w_;
}

RejectionLimits OutsideAir::limits(double needed_w) const {
  if (is_enough(needed_w)) {
    const double share = mechanical_share(needed_w);
    return {share > 0 ? std::min(design_w_, backup_w_ / share) : design_w_, 0};
  }
  // The fans' full flow goes through the room: servers get air of entering_degc_ less what the
  // chillers take out of it, once the room has settled.
  const double air_w_k = design_w_ / config_.range.si();
  const double missing = entering_degc_ - config_.supply.degrees();
  return {std::min(needed_w, design_w_) - air_w_k * std::max(0.0, missing) + backup_w_, air_w_k};
}

RejectionCost OutsideAir::flat_out(double needed_w) const {
  const double capacity = limits(needed_w).capacity_w;
  return is_enough(needed_w) ? cost(capacity) : cost_of(capacity, backup_w_);
}

}  // namespace tokenfab
