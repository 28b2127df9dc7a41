// SPDX-License-Identifier: Apache-2.0
// Open cooling tower with variable-speed fans: YorkCalc (EnergyPlus Engineering Reference,
// "Variable Speed Cooling Towers"): approach to the wet bulb as a polynomial of wet bulb, range and
// liquid-to-gas ratio, 27 coefficients. The range is constant (water flow follows the heat), so the
// ratio is load over air flow, and the polynomial, quadratic in it, gives the air flow that a
// wanted temperature needs in closed form. Fitted for wet bulbs up to 26.7 degC, approaches
// from 1.1 to 40 K and ratios to 8: beyond, the tower is taken at the edge (which is worse than the
// tower: towers gain on the wet bulb as it rises) and the point marked; no approach is below 1.1 K.
// Water: evaporation by the balance of the air that leaves saturated, blowdown by the cycles of
// concentration, drift.
// Left out: ice, plume, idle basin heaters.
#pragma once

#include "models/cooling/passive_cooler.hpp"
#include "sim/api/field.hpp"
#include "sim/api/weather.hpp"

namespace tokenfab {

struct TowerConfig {
  Kelvins range{5.56};
  Kelvins design_approach{3.9};
  Celsius design_wet_bulb{25.6};
  double fan_power_share = 0.0126;
  double pump_pressure_pa = 150e3;
  double pump_efficiency = 0.75;
  double cycles_of_concentration = 5;
  double drift_share = 5e-5;
  double least_air_flow = 0.1;
  int units = 4;
  int spare_units = 1;
  static void describe(Describe<TowerConfig>& d);
};

/// The polynomial's three coefficients over the liquid-to-gas ratio.
struct YorkCalc {
  double a = 0;
  double b = 0;
  double c = 0;
  YorkCalc(double wet_bulb_degc, double range_k);
  double approach_k(double ratio) const { return a + ratio * (b + ratio * c); }
  /// The ratio at which the approach is that; 0 where no positive one gives it.
  double ratio(double approach_k) const;
};

class Tower {
 public:
  /// Throws std::invalid_argument where the design point is no tower's.
  explicit Tower(const TowerConfig& config);

  void prepare(const Weather& weather);
  double wet_bulb_degc() const { return wet_bulb_; }
  bool is_beyond() const { return is_beyond_; }
  /// Share of the design heat that flat-out fans reject into water leaving at that temperature;
  /// negative below the wet bulb.
  double share_at(double water_degc) const;
  /// Temperature of the water that leaves at that share of design heat, fans flat out.
  double water_degc(double share) const;
  /// Cubic metres per joule rejected.
  double water_m3_j() const { return water_m3_j_; }
  PassiveLimits limits(double water_degc, double design_w) const;
  const TowerConfig& config() const { return config_; }

 private:
  double evaporated_kg_j(const Weather& weather) const;

  TowerConfig config_;
  double design_ratio_;  // liquid-to-gas at the design point
  YorkCalc curve_;       // of the weather
  double wet_bulb_ = 0;
  double least_share_ = 0;  // at the least approach
  bool is_beyond_ = false;
  double water_m3_j_ = 0;
};

}  // namespace tokenfab
