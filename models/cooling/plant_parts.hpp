// SPDX-License-Identifier: Apache-2.0
// Parts that plants are composed of: the room with its air handlers, water loops with their pumps.
#pragma once

#include "models/cooling/cooling_plant.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

/// Water in a loop per heat that it is built for, and heat capacity per heat: J/K/W.
using CubicMetresPerWatt = Quantity<dimensions::volume - dimensions::energy + dimensions::time>;
using HeatCapacityPerWatt = Quantity<dimensions::time - dimensions::temperature>;

/// CRAH units: fans blow the room's air through water coils. The room is the air that enters the
/// servers, held at `supply`.
struct AirHandlerConfig {
  enum class FanCurve { AppendixG, VsdOnly, GoodReset, PerfectReset };

  Celsius supply{24};
  Kelvins range{12};
  double fan_pressure_pa = 486;
  double fan_efficiency = 0.7;
  FanCurve fan_curve = FanCurve::AppendixG;
  double least_air_flow = 0.4;
  int units = 8;
  int spare_units = 2;
  HeatCapacityPerWatt heat_capacity{10};
  static void describe(Describe<AirHandlerConfig>& d);

  /// For so much heat, with that share of the fans working.
  FlowUnits fans(double design_w, double health) const;
};

struct PumpConfig {
  double pressure_pa = 250e3;
  double efficiency = 0.75;
  double least_flow = 0.4;
  int units = 3;
  int spare_units = 1;
  static void describe(Describe<PumpConfig>& d);

  FlowUnits pumps(double design_w, Kelvins range, double health) const;
};

/// A closed loop of water at a set temperature.
struct WaterLoopConfig {
  Celsius supply{18};
  Kelvins range{8};
  PumpConfig pumps{};
  CubicMetresPerWatt volume{5e-6};
  CubicMetres buffer{0};
  static void describe(Describe<WaterLoopConfig>& d);

  double heat_capacity_j_k(double design_w) const;
};

/// Heat that a plant is built for.
struct PlantSizeConfig {
  std::optional<Watts> capacity;
  double margin = 1.15;
  double loss_share = 0.06;
  double auxiliary_share = 0.01;
  static void describe(Describe<PlantSizeConfig>& d);

  /// Throws std::invalid_argument if a given capacity is below the heat of the IT design power.
  double design_w(double it_design_w) const;
};

/// A thermal mass behind a coil or heat exchanger whose two sides differ by `difference_k` at
/// design: what it passes on is proportional to that difference and to its running units.
PlantNode exchanger_node(double source_w, double capacity_w, double difference_k);

/// Throws std::invalid_argument unless `low` is below `high`; names are those of the fields.
void check_below(const char* low_name, Celsius low, const char* high_name, Celsius high);

}  // namespace tokenfab
