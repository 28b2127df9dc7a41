// SPDX-License-Identifier: Apache-2.0
#include "models/cooling/plant_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tokenfab {
namespace {

double with_spares(int units, int spare_units) {
  return static_cast<double>(units + spare_units) / units;
}

Cubic curve_of(AirHandlerConfig::FanCurve curve) {
  using enum AirHandlerConfig::FanCurve;
  switch (curve) {
    case VsdOnly:
      return fan_vsd_only;
    case GoodReset:
      return fan_vsd_good_reset;
    case PerfectReset:
      return fan_vsd_perfect_reset;
    case AppendixG:
      break;
  }
  return fan_appendix_g;
}

}  // namespace

void AirHandlerConfig::describe(Describe<AirHandlerConfig>& d) {
  using C = AirHandlerConfig;
  d.field("supply", &C::supply, "Air entering the servers")
      .range(5, 45)
      .source("ASHRAE TC9.9 2021: recommended 18 to 27 degC");
  d.field("range", &C::range, "Warming of the air in the servers")
      .range(2, 40)
      .source("Estimate: 10 to 15 K");
  d.field("fan_pressure_pa", &C::fan_pressure_pa, "Pressure of the fans at full flow")
      .range(0, 5000)
      .source("EnergyPlus example of a CRAC with plug fans: 486 Pa");
  d.field("fan_efficiency", &C::fan_efficiency, "Of fans and motors together")
      .range(0.05, 1)
      .source("EnergyPlus example of a CRAC with plug fans: 0.7");
  d.choice("fan_curve", &C::fan_curve, {"appendix_g", "vsd_only", "good_reset", "perfect_reset"},
           "Power over flow: ASHRAE 90.1 Appendix G, or variable speed with static pressure reset");
  d.field("least_air_flow", &C::least_air_flow, "Least share of full flow")
      .range(0, 1)
      .source("Estimate: pressure under the floor, mixing");
  d.field("units", &C::units, "Units that carry the design heat").range(1, 10000);
  d.field("spare_units", &C::spare_units, "Units more than needed; all run, slower")
      .range(0, 10000);
  d.field("heat_capacity", &C::heat_capacity,
          "Air, racks and servers per heat they give off, as it takes part in minutes")
      .range(0.1, 1000)
      .source("Estimate: about 20 kg of steel and copper per kW; adiabatic rise 0.1 K/s");
}

FlowUnits AirHandlerConfig::fans(double design_w, double health) const {
  FlowUnits result;
  result.capacity_w = design_w * with_spares(units, spare_units) * health;
  result.power_w = result.capacity_w * air_fan_share(fan_pressure_pa, fan_efficiency, range.si());
  result.minimum = least_air_flow;
  result.curve = curve_of(fan_curve);
  return result;
}

void PumpConfig::describe(Describe<PumpConfig>& d) {
  using C = PumpConfig;
  d.field("pressure_pa", &C::pressure_pa, "Head at full flow")
      .range(0, 2e6)
      .source("Estimate: 2 to 3 bar through pipes, valves, coils and heat exchangers");
  d.field("efficiency", &C::efficiency, "Of pumps, motors and drives together")
      .range(0.1, 1)
      .source("Estimate: 0.7 to 0.8");
  d.field("least_flow", &C::least_flow, "Least share of full flow").range(0, 1).source("Estimate");
  d.field("units", &C::units, "Pumps that carry the design flow").range(1, 10000);
  d.field("spare_units", &C::spare_units, "Pumps more than needed; all run, slower")
      .range(0, 10000);
}

FlowUnits PumpConfig::pumps(double design_w, Kelvins range, double health) const {
  FlowUnits result;
  result.capacity_w = design_w * with_spares(units, spare_units) * health;
  result.power_w = result.capacity_w * water_pump_share(pressure_pa, efficiency, range.si());
  result.minimum = least_flow;
  result.curve = fan_vsd_good_reset;
  return result;
}

void WaterLoopConfig::describe(Describe<WaterLoopConfig>& d) {
  using C = WaterLoopConfig;
  d.field("supply", &C::supply, "Water supplied").range(3, 60);
  d.field("range", &C::range, "Water returning over water supplied")
      .range(1, 30)
      .source("Estimate: 6 to 12 K");
  d.object("pumps", &C::pumps, "Pumps of the loop");
  d.field("volume", &C::volume, "Water in the loop per heat it is built for")
      .range(1e-8, 1e-2)
      .source("Estimate: 5 L/kW");
  d.field("buffer", &C::buffer, "Water in buffer tanks besides").range(0, 1e6);
}

double WaterLoopConfig::heat_capacity_j_k(double design_w) const {
  return (volume.si() * design_w + buffer.si()) * water_density_kg_m3 * water_heat_j_kg_k;
}

void PlantSizeConfig::describe(Describe<PlantSizeConfig>& d) {
  using C = PlantSizeConfig;
  d.field("capacity", &C::capacity,
          "Heat that the plant is built for; default: that of the IT design power with margin")
      .range(1, 1e11);
  d.field("margin", &C::margin, "Of the default capacity over the heat of the IT design power")
      .range(1, 10);
  d.field("loss_share", &C::loss_share, "Heat of the power chain indoors over IT power, at design")
      .range(0, 1)
      .source("Estimate: UPS and distribution 4 to 8 %");
  d.field("auxiliary_share", &C::auxiliary_share,
          "Lighting, offices, controls over IT design power, always on")
      .range(0, 1)
      .source("Estimate: about 1 %");
}

double PlantSizeConfig::design_w(double it_design_w) const {
  const double heat = it_design_w * (1 + loss_share);
  if (capacity && capacity->si() < heat) {
    throw std::invalid_argument(fmt::format(
        "size.capacity ({:.4g} W) is below the heat of the IT design power ({:.4g} W x (1 + "
        "loss_share {:.3g})): raise it, at least to {:.4g} W, or leave it out",
        capacity->si(), it_design_w, loss_share, heat));
  }
  return capacity ? capacity->si() : heat * margin;
}

PlantNode exchanger_node(double source_w, double capacity_w, double difference_k) {
  PlantNode node;
  node.source_w = source_w;
  node.limit_w = capacity_w;
  node.slope_w_k = capacity_w / difference_k;
  return node;
}

void check_below(const char* low_name, Celsius low, const char* high_name, Celsius high) {
  if (low >= high) {
    throw std::invalid_argument(
        fmt::format("{} ({} degC) must be below {} ({} degC): lower {} or raise {}", low_name,
                    low.degrees(), high_name, high.degrees(), low_name, high_name));
  }
}

}  // namespace tokenfab
