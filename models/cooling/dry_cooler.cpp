// SPDX-License-Identifier: Apache-2.0
#include "models/cooling/dry_cooler.hpp"

#include <algorithm>

#include "models/cooling/flow.hpp"

namespace tokenfab {
namespace {

/// Air flow that fans and coils take, over design.
constexpr double most_share = 1.25;  // Estimate: as for towers

}  // namespace

void DryCoolerConfig::describe(Describe<DryCoolerConfig>& d) { describe_dry_cooler(d); }

void DryCooler::prepare(const Weather& weather) {
  const double dry = weather.dry_bulb.degrees();
  const double depression = std::max(0.0, dry - weather.wet_bulb.degrees());
  const bool is_wet = config_.pad_effectiveness > 0 && weather.dry_bulb > config_.pad_temperature;
  const double fall = is_wet ? config_.pad_effectiveness * depression : 0;
  air_ = dry - fall;
  // Per joule rejected 1 / (cp range) kilograms of air pass, each taking up cp x fall / h_fg.
  water_m3_j_ = fall / (config_.air_range.si() * latent_heat_j_kg * water_density_kg_m3);
}

PassiveLimits DryCooler::limits(double water_degc, double design_w) const {
  PassiveLimits result;
  result.slope_w_k = design_w / config_.approach.si();
  result.capacity_w = result.slope_w_k * (water_degc - air_);
  if (result.capacity_w > most_share * design_w) {
    result.capacity_w = most_share * design_w;
    result.slope_w_k = 0;
  }
  result.fan_w = config_.fan_power_share * design_w;
  result.water_m3_j = water_m3_j_;
  return result;
}

}  // namespace tokenfab
