// SPDX-License-Identifier: Apache-2.0
#include "models/cooling/tower.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "models/cooling/flow.hpp"
#include "models/cooling/moist_air.hpp"

namespace tokenfab {
namespace {

// YorkCalc, EnergyPlus Engineering Reference, table of the York tower's coefficients: nine for each
// power of the liquid-to-gas ratio, over [1, Twb, Twb^2, Tr, Twb Tr, Twb^2 Tr, Tr^2, Twb Tr^2,
// Twb^2 Tr^2].
constexpr std::array<std::array<double, 9>, 3> coefficients{
    {{-0.359741205, -0.055053608, 0.0023850432, 0.173926877, -0.0248473764, 0.00048430224,
      -0.005589849456, 0.0005770079712, -0.00001342427256},
     {2.84765801111111, -0.121765149, 0.0014599242, 1.680428651, -0.0166920786, -0.0007190532,
      -0.025485194448, 0.0000487491696, 0.00002719234152},
     {-0.0653766255555556, -0.002278167, 0.0002500254, -0.0910565458, 0.00318176316, 0.000038621772,
      -0.0034285382352, 0.00000856589904, -0.000001516821552}}};
constexpr double wet_bulb_low = -34.4;
constexpr double wet_bulb_high = 26.7;
constexpr double least_approach_k = 1.1;
constexpr double most_approach_k = 40;
constexpr double most_ratio = 8;
/// Water flow that the basins take, over design (EnergyPlus: maximum water flow ratio 1.25).
constexpr double most_share = 1.25;
/// Mass of water over dry air at a ratio of 1. Estimate: 1.2, usual for counterflow towers.
constexpr double design_mass_ratio = 1.2;

double polynomial(const std::array<double, 9>& c, double w, double r) {
  return c[0] + w * (c[1] + w * c[2]) + r * (c[3] + w * (c[4] + w * c[5])) +
         r * r * (c[6] + w * (c[7] + w * c[8]));
}

}  // namespace

void TowerConfig::describe(Describe<TowerConfig>& d) {
  using C = TowerConfig;
  d.field("range", &C::range, "Water entering over water leaving the tower")
      .range(1.1, 22.2)
      .source("10 degF: rating point of ASHRAE 90.1-2016 table 6.8.1-7");
  d.field("design_approach", &C::design_approach,
          "Water leaving over wet bulb at design heat, wet bulb and full fans")
      .range(1.1, 40)
      .source("7 degF: YorkCalc's design point (EnergyPlus)");
  d.field("design_wet_bulb", &C::design_wet_bulb, "Wet bulb of the design point")
      .range(-34.4, 26.7)
      .source("78 degF: YorkCalc's design point (EnergyPlus)");
  d.field("fan_power_share", &C::fan_power_share, "Fan power over heat at the design point")
      .range(0, 0.2)
      .source("ASHRAE 90.1-2016 table 6.8.1-7: axial fans 40.2 gpm/hp, at 10 degF range");
  d.field("pump_pressure_pa", &C::pump_pressure_pa, "Head of the tower pumps")
      .range(0, 2e6)
      .source("Estimate: 1.5 bar through condenser, piping and lift");
  d.field("pump_efficiency", &C::pump_efficiency, "Of tower pumps and motors")
      .range(0.1, 1)
      .source("Estimate");
  d.field("cycles_of_concentration", &C::cycles_of_concentration,
          "Dissolved solids in the basin over those of the make-up water")
      .range(1.05, 50)
      .source("Estimate: 3 to 6 usual");
  d.field("drift_share", &C::drift_share, "Droplets lost over water circulated")
      .range(0, 0.01)
      .source("Estimate: 0.001 to 0.02 % with eliminators");
  d.field("least_air_flow", &C::least_air_flow, "Share of air flow below which fans cycle")
      .range(0, 1)
      .source("Estimate");
  d.field("units", &C::units, "Cells that carry the design heat").range(1, 1000);
  d.field("spare_units", &C::spare_units, "Cells more than needed; all run, slower").range(0, 1000);
}

YorkCalc::YorkCalc(double wet_bulb_degc, double range_k)
    : a(polynomial(coefficients[0], wet_bulb_degc, range_k)),
      b(polynomial(coefficients[1], wet_bulb_degc, range_k)),
      c(polynomial(coefficients[2], wet_bulb_degc, range_k)) {}

double YorkCalc::ratio(double approach_k) const {
  const double excess = approach_k - a;
  if (excess <= 0) {
    return 0;
  }
  const double discriminant = b * b + 4 * c * excess;
  // Beyond the vertex of a curve that bends down no ratio gives so wide an approach.
  return discriminant <= 0 ? most_ratio
                           : std::min(most_ratio, 2 * excess / (b + std::sqrt(discriminant)));
}

Tower::Tower(const TowerConfig& config)
    : config_(config),
      design_ratio_(YorkCalc(config.design_wet_bulb.degrees(), config.range.si())
                        .ratio(config.design_approach.si())),
      curve_(config.design_wet_bulb.degrees(), config.range.si()) {
  if (design_ratio_ <= 0) {
    throw std::invalid_argument(fmt::format(
        "tower: no air flow gives design_approach {} K at design_wet_bulb {} degC and range {} K: "
        "raise design_approach, at least to {:.3g} K",
        config.design_approach.si(), config.design_wet_bulb.degrees(), config.range.si(),
        curve_.approach_k(0.1)));
  }
}

void Tower::prepare(const Weather& weather) {
  wet_bulb_ = weather.wet_bulb.degrees();
  is_beyond_ = wet_bulb_ < wet_bulb_low || wet_bulb_ > wet_bulb_high;
  curve_ = YorkCalc(std::clamp(wet_bulb_, wet_bulb_low, wet_bulb_high), config_.range.si());
  // In hard frost the polynomial's approach stays above 1.1 K even without load.
  least_share_ = std::max(curve_.ratio(least_approach_k) / design_ratio_, 0.05);
  const double evaporation = evaporated_kg_j(weather);
  const double flow_kg_j = 1 / (water_heat_j_kg_k * config_.range.si());
  const double drift = flow_kg_j * config_.drift_share;
  // Drift carries solids away as blowdown does.
  const double blowdown =
      std::max(0.0, evaporation / (config_.cycles_of_concentration - 1) - drift);
  water_m3_j_ = (evaporation + blowdown + drift) / water_density_kg_m3;
}

/// Air at the design ratio takes up the heat and leaves saturated; what its humidity has grown by
/// came out of the water.
double Tower::evaporated_kg_j(const Weather& weather) const {
  const double dry_bulb = weather.dry_bulb.degrees();
  const double pressure = weather.pressure_pa;
  const double before = humidity(dry_bulb, std::min(wet_bulb_, dry_bulb), pressure);
  const double heat = design_mass_ratio * design_ratio_ * water_heat_j_kg_k * config_.range.si();
  const double leaving =
      saturated_temperature_degc(enthalpy_j_kg(dry_bulb, before) + heat, pressure);
  return std::max(0.0, saturated_humidity(leaving, pressure) - before) / heat;
}

double Tower::share_at(double water_degc) const {
  const double approach = std::min(water_degc - wet_bulb_, most_approach_k);
  if (approach <= least_approach_k) {
    return least_share_ * approach / least_approach_k;
  }
  return std::clamp(curve_.ratio(approach) / design_ratio_, least_share_, most_share);
}

double Tower::water_degc(double share) const {
  const double ratio = std::min(share * design_ratio_, most_ratio);
  return wet_bulb_ + std::clamp(curve_.approach_k(ratio), least_approach_k, most_approach_k);
}

PassiveLimits Tower::limits(double water_degc, double design_w) const {
  PassiveLimits result;
  const double share = share_at(water_degc);
  const double approach = water_degc - wet_bulb_;
  result.capacity_w = share * design_w;
  // The chord from the wet bulb, where no heat flows: no water gets below it.
  result.slope_w_k = approach > least_approach_k ? result.capacity_w / approach
                                                 : least_share_ * design_w / least_approach_k;
  result.fan_w = config_.fan_power_share * design_w;
  result.water_m3_j = water_m3_j_;
  result.is_beyond = is_beyond_;
  return result;
}

}  // namespace tokenfab
