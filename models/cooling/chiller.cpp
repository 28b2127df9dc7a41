// SPDX-License-Identifier: Apache-2.0
#include "models/cooling/chiller.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/cooling/curves.hpp"

namespace tokenfab {
namespace {

// DOE-2 centrifugal chiller, 5.50 COP, of EnergyPlus' Chillers data set (NREL/EnergyPlus
// datasets/Chillers.idf); x leaving chilled water, y entering condenser water, both in degC.
constexpr Biquadratic capacity_curve{0.257896,  0.0389016,   -0.00021708,
                                     0.0468684, -0.00094284, -0.00034344};
constexpr Biquadratic energy_curve{0.933884, -0.058212, 0.00450036, 0.00243, 0.000486, -0.001215};
constexpr double part_load_0 = 0.222903;
constexpr double part_load_1 = 0.313387;
constexpr double part_load_2 = 0.463710;
constexpr double water_low = 5;
constexpr double water_high = 10;
constexpr double condenser_low = 24;
constexpr double condenser_high = 35;

constexpr double kelvin = 273.15;
// Refrigerant against the water or air that it meets. Estimate: 2 K in a flooded evaporator; in
// the condenser the water's range and an approach, together 7 K.
constexpr double evaporator_lift_k = 2;
constexpr double condenser_lift_k = 7;
constexpr double least_lift_k = 10;  // Estimate: compressors need a pressure ratio to run at all

double carnot_cop(double water_degc, double condenser_degc) {
  const double cold = water_degc - evaporator_lift_k;
  const double lift = condenser_degc + condenser_lift_k - cold;
  return (cold + kelvin) / std::max(lift, least_lift_k);
}

}  // namespace

void ChillerConfig::describe(Describe<ChillerConfig>& d) {
  using C = ChillerConfig;
  d.choice("type", &C::type, {"centrifugal", "carnot"},
           "Fitted curves of a water-cooled machine, or a constant share of Carnot's efficiency");
  d.field("cop", &C::cop,
          "Heat over power of centrifugal machines at full load, water at 6.67 degC, condenser "
          "water at 29.4 degC")
      .range(1, 15)
      .source("ASHRAE 90.1-2016 table 6.8.1-3, centrifugal from 600 tons, path A: 0.560 kW/ton");
  d.field("carnot_share", &C::carnot_share, "Share of Carnot's efficiency of carnot machines")
      .range(0.05, 0.9)
      .source("Estimate: 0.5 to 0.65 for large machines");
  d.field("minimum_part_load", &C::minimum_part_load, "Share of load below which machines cycle")
      .range(0.01, 1)
      .source("DOE-2 centrifugal chiller 5.50 COP: 0.1");
  d.field("units", &C::units, "Machines that carry the design load").range(1, 1000);
  d.field("spare_units", &C::spare_units, "Machines more than needed").range(0, 1000);
}

ChillerPoint Chillers::at(double water_degc, double condenser_degc) const {
  if (config_.type == ChillerConfig::Type::Carnot) {
    return {1, 1 / (config_.carnot_share * carnot_cop(water_degc, condenser_degc)), false};
  }
  const double x = std::clamp(water_degc, water_low, water_high);
  const double y = std::clamp(condenser_degc, condenser_low, condenser_high);
  const double at_edge = energy_curve.at(x, y) / config_.cop;
  if (x == water_degc && y == condenser_degc) {
    return {capacity_curve.at(x, y), at_edge, false};
  }
  const double tangent =
      capacity_curve.at(x, y) + capacity_curve.slope_y(x, y) * std::max(0.0, condenser_degc - y);
  const double carnot = carnot_cop(x, y) / carnot_cop(water_degc, condenser_degc);
  return {std::max(0.0, tangent), at_edge * carnot, true};
}

double Chillers::unit_power_w(double heat_w, double capacity_w, double energy_ratio) const {
  const double load = heat_w / capacity_w;
  if (config_.type == ChillerConfig::Type::Carnot) {
    return heat_w * energy_ratio;
  }
  const double least = config_.minimum_part_load;
  const double plr = std::max(load, least);
  const double curve = part_load_0 + plr * (part_load_1 + plr * part_load_2);
  return capacity_w * energy_ratio * curve * std::min(1.0, load / least);
}

double Chillers::power_w(double heat_w, const ChillerPoint& point, double unit_w,
                         double running_max) const {
  const double capacity = unit_w * point.capacity;
  if (heat_w <= 0 || capacity <= 0) {
    return 0;
  }
  // Alike machines share the load alike. Power over their number has one minimum, where each is
  // at the part load of least power per heat, sqrt(c0 / c2): one of its two neighbours.
  const double load = heat_w / capacity;
  const double most = std::max(running_max, load);
  const double least = std::min(std::ceil(load), most);
  const double ideal = load / std::sqrt(part_load_0 / part_load_2);
  double best = std::numeric_limits<double>::infinity();
  for (const double near : {std::floor(ideal), std::ceil(ideal)}) {
    const double running = std::clamp(near, least, most);
    best = std::min(best, running * unit_power_w(heat_w / running, capacity, point.energy_ratio));
  }
  return best;
}

}  // namespace tokenfab
