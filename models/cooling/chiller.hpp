// SPDX-License-Identifier: Apache-2.0
// Vapour-compression chillers, several alike in parallel.
//
// "centrifugal": EnergyPlus Chiller:Electric:EIR (EnergyPlus Engineering Reference, "Electric
// Chiller Model Based on Condenser Entering Temperature"): capacity = reference x CapFT(Tchw,
// Tcond), power = capacity / COP x EIRFT(Tchw, Tcond) x EIRFPLR(part load), with the curves of the
// DOE-2 centrifugal chiller, 5.50 COP. They were fitted for water of 5 to 10 degC and condenser
// water of 24 to 35 degC; beyond, polynomials lie. There the machine keeps the share of Carnot's
// efficiency that it has at the nearest fitted point, its capacity follows the tangent at it, and
// the point is marked as beyond the curves.
// "carnot": a constant share of Carnot's efficiency at any temperatures, linear in load: warm water
// and air-cooled machines.
// Below the minimum part load chillers cycle: power is linear in load. As many run as take the
// least power.
#pragma once

#include "sim/api/field.hpp"

namespace tokenfab {

struct ChillerConfig {
  enum class Type { Centrifugal, Carnot };

  Type type = Type::Centrifugal;
  double cop = 6.28;
  double carnot_share = 0.5;
  double minimum_part_load = 0.1;
  int units = 4;
  int spare_units = 1;
  static void describe(Describe<ChillerConfig>& d);
};

/// What the temperatures make of a machine.
struct ChillerPoint {
  double capacity = 1;      // share of the reference capacity
  double energy_ratio = 0;  // electric over thermal at full load
  bool is_beyond = false;   // outside the fitted curves
};

class Chillers {
 public:
  explicit Chillers(const ChillerConfig& config) : config_(config) {}

  /// `condenser_degc`: of the water or air that enters the condenser.
  ChillerPoint at(double water_degc, double condenser_degc) const;
  /// Electric power for `heat_w` with `running_max` machines of `unit_w` reference capacity each;
  /// needs heat_w within their capacity.
  double power_w(double heat_w, const ChillerPoint& point, double unit_w, double running_max) const;
  const ChillerConfig& config() const { return config_; }

 private:
  double unit_power_w(double heat_w, double capacity_w, double energy_ratio) const;

  ChillerConfig config_;
};

}  // namespace tokenfab
