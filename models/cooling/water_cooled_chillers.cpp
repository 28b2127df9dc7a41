// SPDX-License-Identifier: Apache-2.0
#include "models/cooling/water_cooled_chillers.hpp"

#include <algorithm>

#include "models/cooling/flow.hpp"

namespace tokenfab {
namespace {

/// Condenser water is not let below this: the lower end of the fitted curves, and near where
/// centrifugal compressors lose their pressure difference.
constexpr double least_condenser_degc = 24;
/// Chillers trip on condenser pressure. Estimate: 5 K above the fitted curves.
constexpr double most_condenser_degc = 40;
constexpr double most_tower_share = 1.25;  // as in tower.cpp: water the basins take

}  // namespace

void EconomizerConfig::describe(Describe<EconomizerConfig>& d) {
  using C = EconomizerConfig;
  d.choice("mode", &C::mode, {"waterside", "none"}, "Whether tower water may replace chillers");
  d.field("approach", &C::approach, "Of its heat exchanger: chilled water over tower water")
      .range(0.2, 20)
      .source("Estimate: 1.5 to 3 K for plate heat exchangers");
}

WaterCooledChillers::WaterCooledChillers(const WaterCooledChillersConfig& config)
    : config_(config), chillers_(config.chillers), tower_(config.tower) {}

void WaterCooledChillers::size_for(double heat_w) {
  const auto& tower = config_.tower;
  const double condenser = (tower.design_wet_bulb + tower.design_approach).degrees();
  const ChillerPoint design = chillers_.at(config_.supply.degrees(), condenser);
  unit_w_ = heat_w / config_.chillers.units / design.capacity;
  design_ratio_ = design.energy_ratio;
  installed_towers_w_ =
      heat_w * (1 + design_ratio_) * (tower.units + tower.spare_units) / tower.units;
}

void WaterCooledChillers::prepare(const Weather& weather, const CoolingHealth& health) {
  tower_.prepare(weather);
  running_ = (config_.chillers.units + config_.chillers.spare_units) * health.chillers;
  towers_w_ = installed_towers_w_ * health.heat_rejection;
  free_w_ = partial_w_ = 0;
  mechanical_w_ = greatest_mechanical();
  if (config_.economizer.mode == EconomizerConfig::Mode::Waterside && towers_w_ > 0) {
    const double needed = (config_.supply - config_.economizer.approach).degrees();
    free_w_ = std::max(0.0, tower_.share_at(needed)) * towers_w_;
    const double share = precooled_share(most_tower_share * towers_w_);
    if (share < 1) {
      partial_w_ = std::min(mechanical_w_ / (1 - share), towers_w_ / (1 + design_ratio_));
    }
  }
}

/// Chiller power for `heat_w` while towers also carry `bypassed_w` of economizer heat. Condenser
/// water depends on the power: two rounds from a high guess bring it to 0.01 K.
WaterCooledChillers::Operation WaterCooledChillers::chill(double heat_w, double bypassed_w,
                                                          double least_degc) const {
  Operation result;
  result.chiller_w = heat_w * design_ratio_ * 1.5;
  ChillerPoint point;
  for (int round = 0; round < 2; ++round) {
    const double rejected = heat_w + bypassed_w + result.chiller_w;
    result.condenser_degc = std::max(least_degc, tower_.water_degc(rejected / towers_w_));
    point = chillers_.at(config_.supply.degrees(), result.condenser_degc);
    result.chiller_w = chillers_.power_w(heat_w, point, unit_w_, running_);
  }
  result.is_possible = result.condenser_degc <= most_condenser_degc &&
                       heat_w <= running_ * unit_w_ * point.capacity &&
                       heat_w + bypassed_w + result.chiller_w <= most_tower_share * towers_w_;
  return result;
}

double WaterCooledChillers::greatest_mechanical() const {
  if (running_ <= 0 || towers_w_ <= 0) {
    return 0;
  }
  double low = 0;
  double high = most_tower_share * towers_w_;
  while (high - low > 1e-9 * towers_w_) {
    const double middle = 0.5 * (low + high);
    (chill(middle, 0, least_condenser_degc).is_possible ? low : high) = middle;
  }
  return low;
}

/// Share of the chilled water's range that flat-out towers take out of the returning water.
double WaterCooledChillers::precooled_share(double heat_w) const {
  const double rejected = heat_w * (1 + design_ratio_);
  const double leaving = tower_.water_degc(rejected / towers_w_) + config_.economizer.approach.si();
  const double returning = (config_.supply + config_.range).degrees();
  return std::clamp((returning - leaving) / config_.range.si(), 0.0, 1.0);
}

RejectionCost WaterCooledChillers::with_towers(double chillers_w, double rejected_w,
                                               double air_flow) const {
  const auto& tower = config_.tower;
  const double fans = tower.fan_power_share * towers_w_ *
                      cycled_power(fan_appendix_g, air_flow, tower.least_air_flow);
  const double pumps =
      water_pump_share(tower.pump_pressure_pa, tower.pump_efficiency, tower.range.si()) *
      rejected_w;
  return {chillers_w, fans + pumps, rejected_w * tower_.water_m3_j()};
}

RejectionCost WaterCooledChillers::mechanical(double heat_w, double chiller_w,
                                              double condenser_degc) const {
  const double rejected = heat_w + chiller_w;
  const double within = tower_.share_at(least_condenser_degc) * towers_w_;
  const bool is_held = condenser_degc <= least_condenser_degc && within > 0;
  return with_towers(chiller_w, rejected, is_held ? rejected / within : 1.0);
}

/// Economizer and chillers together, towers flat out.
RejectionCost WaterCooledChillers::partial(double heat_w, double share) const {
  // The tower water has passed the heat exchanger before it enters the condensers.
  const double warmed = tower_.water_degc(heat_w * (1 + design_ratio_) / towers_w_) +
                        share * config_.tower.range.si();
  const Operation chilled =
      chill((1 - share) * heat_w, share * heat_w, std::max(least_condenser_degc, warmed));
  return with_towers(chilled.chiller_w, heat_w + chilled.chiller_w, 1);
}

/// The cheapest way that is open.
RejectionCost WaterCooledChillers::cost(double heat_w) const {
  if (heat_w <= 0) {
    return {};
  }
  LeastPower ways;
  if (heat_w <= free_w_) {
    ways.offer(with_towers(0, heat_w, heat_w / free_w_));
  }
  if (heat_w <= mechanical_w_) {
    const Operation chilled = chill(heat_w, 0, least_condenser_degc);
    ways.offer(mechanical(heat_w, chilled.chiller_w, chilled.condenser_degc));
  }
  if (heat_w <= partial_w_ && heat_w > free_w_) {
    const double share = precooled_share(heat_w);
    if (share > 0) {
      ways.offer(partial(heat_w, share));
    }
  }
  return ways.best();
}

RejectionLimits WaterCooledChillers::limits(double) const {
  const double capacity = std::max({free_w_, mechanical_w_, partial_w_});
  if (capacity > free_w_ || free_w_ <= 0) {
    return {capacity, 0};
  }
  const double lift =
      config_.supply.degrees() - config_.economizer.approach.si() - tower_.wet_bulb_degc();
  return {capacity, capacity / lift};
}

RejectionCost WaterCooledChillers::flat_out(double needed_w) const {
  return cost(limits(needed_w).capacity_w);
}

}  // namespace tokenfab
