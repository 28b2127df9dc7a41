// SPDX-License-Identifier: Apache-2.0
#include "models/cooling/free_cooling.hpp"

#include <algorithm>

#include "models/cooling/flow.hpp"

namespace tokenfab {
namespace {

double pump_share(const Tower& tower) {
  const auto& c = tower.config();
  return water_pump_share(c.pump_pressure_pa, c.pump_efficiency, c.range.si());
}
double pump_share(const DryCooler&) { return 0; }  // the facility pumps push through the coils

/// Of what enters the trim chillers' condensers.
double condenser_degc(const Tower& tower) {
  return tower.wet_bulb_degc() + tower.config().design_approach.si();
}
double condenser_degc(const DryCooler& cooler) {
  return cooler.air_degc() + cooler.config().approach.si();
}

}  // namespace

void TrimConfig::describe(Describe<TrimConfig>& d) {
  using C = TrimConfig;
  d.field("share", &C::share, "Capacity of the trim chillers over the design heat; 0: none")
      .range(0, 5);
  d.object("chillers", &C::chillers, "The machines");
}

void FreeCooling::size_for(double heat_w) {
  design_w_ = heat_w;
  std::visit(
      [&](const auto& cooler) {
        const auto& c = cooler.config();
        installed_w_ = heat_w * (c.units + c.spare_units) / c.units;
      },
      cooler_);
  trim_unit_w_ = trim_config_.share * heat_w / trim_config_.chillers.units;
}

void FreeCooling::prepare(const Weather& weather, const CoolingHealth& health) {
  std::visit(
      [&](auto& cooler) {
        cooler.prepare(weather);
        limits_ = cooler.limits(water_.degrees(), installed_w_ * health.heat_rejection);
        point_ = trim_.at(water_.degrees(), condenser_degc(cooler));
      },
      cooler_);
  const auto& c = trim_config_.chillers;
  running_ = (c.units + c.spare_units) * health.chillers;
  point_.is_beyond = point_.is_beyond && trim_unit_w_ > 0;
}

RejectionCost FreeCooling::passive(double heat_w, double air_flow) const {
  return std::visit(
      [&](const auto& cooler) -> RejectionCost {
        const double fans =
            limits_.fan_w * cycled_power(fan_appendix_g, air_flow, cooler.config().least_air_flow);
        return {0, fans + pump_share(cooler) * heat_w, limits_.water_m3_j * heat_w};
      },
      cooler_);
}

RejectionCost FreeCooling::trimmed(double heat_w) const {
  if (heat_w <= 0) {
    return {};
  }
  return std::visit(
      [&](const auto& cooler) -> RejectionCost {
        const double power = trim_.power_w(heat_w, point_, trim_unit_w_, running_);
        const double rejected = heat_w + power;
        const double share = cooler.config().fan_power_share + pump_share(cooler);
        return {power, share * rejected, limits_.water_m3_j * rejected};
      },
      cooler_);
}

/// The cheapest way that is open.
RejectionCost FreeCooling::cost(double heat_w) const {
  if (heat_w <= 0) {
    return {};
  }
  LeastPower ways;
  const double free = std::max(0.0, limits_.capacity_w);
  const double trim = trim_unit_w_ * running_ * point_.capacity;
  if (heat_w <= free) {
    ways.offer(passive(heat_w, heat_w / free));
  } else if (free > 0) {
    RejectionCost both = passive(free, 1);
    const RejectionCost rest = trimmed(heat_w - free);
    both.chillers_w += rest.chillers_w;
    both.heat_rejection_w += rest.heat_rejection_w;
    both.water_m3_s += rest.water_m3_s;
    ways.offer(both);
  }
  if (heat_w <= trim) {
    ways.offer(trimmed(heat_w));
  }
  return ways.best();
}

RejectionLimits FreeCooling::limits(double needed_w) const {
  const double trim = trim_unit_w_ * running_ * point_.capacity;
  if (limits_.capacity_w < 0 && trim >= needed_w) {
    return {trim, 0};  // the passive coolers are bypassed
  }
  return {limits_.capacity_w + trim, limits_.slope_w_k};
}

RejectionCost FreeCooling::flat_out(double needed_w) const {
  const double trim = trim_unit_w_ * running_ * point_.capacity;
  const bool is_bypassed = limits_.capacity_w < 0 && trim >= needed_w;
  RejectionCost total = trimmed(trim);
  if (!is_bypassed) {
    const RejectionCost free = passive(limits_.capacity_w, 1);
    total.heat_rejection_w += free.heat_rejection_w;
    total.water_m3_s += free.water_m3_s;
  }
  return total;
}

}  // namespace tokenfab
