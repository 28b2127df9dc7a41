// SPDX-License-Identifier: Apache-2.0
#include "models/cooling/liquid_plant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/cooling/heat_exchanger.hpp"

namespace tokenfab {
namespace {

constexpr int facility_node = 0;
constexpr int rack_node = 1;
constexpr int room_node = 2;

PlantLayout layout_of(const LiquidPlantConfig& config) {
  PlantLayout layout;
  layout.nodes = 3;
  layout.chip_node = rack_node;
  layout.room_node = room_node;
  layout.coolant =
      config.facility_water.supply + cdu_approach(config.cdu, config.facility_water.range);
  layout.room = config.air.supply;
  return layout;
}

void check(const LiquidPlantConfig& config) {
  const CduConfig& cdu = config.cdu;
  const Kelvins range = config.facility_water.range;
  if (!cdu.transfer_units && range >= cdu.range + cdu.approach) {
    throw std::invalid_argument(fmt::format(
        "facility_water.range ({} K) must be below cdu.range + cdu.approach ({} K + {} K), or the "
        "facility water would leave warmer than the coolant that warms it: lower "
        "facility_water.range or raise cdu.approach",
        range.si(), cdu.range.si(), cdu.approach.si()));
  }
  if (config.air_cooling == LiquidPlantConfig::AirCooling::FacilityWater) {
    check_below("facility_water.supply", config.facility_water.supply, "air.supply",
                config.air.supply);
    if (config.air_economizer) {
      throw std::invalid_argument(
          "air_economizer helps chillers, but air_cooling is facility_water, which has none: leave "
          "air_economizer out or use air_cooling chiller");
    }
  }
}

}  // namespace

/// Of the smaller flow's range, the greater one, over the difference of the two inlets.
Kelvins cdu_approach(const CduConfig& cdu, Kelvins facility_range) {
  if (!cdu.transfer_units) {
    return cdu.approach;
  }
  const double less = std::min(cdu.range.si(), facility_range.si());
  const double greater = std::max(cdu.range.si(), facility_range.si());
  return Kelvins(greater / effectiveness(*cdu.transfer_units, less / greater)) - cdu.range;
}

void CduConfig::describe(Describe<CduConfig>& d) {
  using C = CduConfig;
  d.field("approach", &C::approach, "Coolant entering the cold plates over facility water")
      .range(0.5, 30)
      .source("Estimate: 2 to 5 K");
  d.field("transfer_units", &C::transfer_units,
          "Of their heat exchangers, UA over the smaller heat capacity flow: gives the approach")
      .range(0.1, 50);
  d.field("range", &C::range, "Coolant leaving the cold plates over coolant entering")
      .range(1, 40)
      .source("Estimate: 10 to 14 K, 1.0 to 1.5 L/min/kW");
  d.object("pumps", &C::pumps, "Pumps of the rack loop");
  d.field("volume", &C::volume, "Coolant per heat it is built for")
      .range(1e-8, 1e-3)
      .source("Estimate: 0.8 L/kW");
}

void LiquidPlantConfig::describe(Describe<LiquidPlantConfig>& d) {
  using C = LiquidPlantConfig;
  d.choice("heat_rejection", &C::heat_rejection, {"dry_cooler", "cooling_tower"},
           "What cools the facility water");
  d.choice("air_cooling", &C::air_cooling, {"chiller", "facility_water"},
           "What cools the air handlers: chillers that give their heat to the facility water, or "
           "that water itself");
  d.object("cdu", &C::cdu, "Coolant distribution units and the racks' loop");
  d.object("facility_water", &C::facility_water, "Loop between CDUs and heat rejection")
      .source("ASHRAE TC9.9: class W32 for the default supply");
  d.object("dry_cooler", &C::dry_cooler, "Dry coolers, if heat_rejection is dry_cooler");
  d.object("tower", &C::tower, "Cooling towers, if heat_rejection is cooling_tower");
  d.object("trim", &C::trim, "Chillers for what dry coolers or towers miss on hot days");
  d.object("air", &C::air, "The room and its air handlers");
  d.object("air_chillers", &C::air_chillers, "Chillers of the air handlers");
  d.field("air_water_lift", &C::air_water_lift,
          "Air entering the servers over the water in the air handlers' chillers' loop")
      .range(1, 25)
      .source("Estimate");
  d.object("air_economizer", &C::air_economizer,
           "Dry coolers that relieve the air handlers' chillers in cool weather; absent: none");
  d.field("liquid_share", &C::liquid_share, "Share of IT heat in liquid, at design").range(0.01, 1);
  d.field("air_margin", &C::air_margin, "Size of the air side over its share at design")
      .range(1, 20);
  d.object("protection", &C::protection, "Throttling and shutdown of chips");
  d.object("size", &C::size, "Heat that the plant is built for");
}

LiquidPlant::LiquidPlant(const LiquidPlantConfig& config)
    : CoolingPlant(layout_of(config), config.protection, config.size.auxiliary_share),
      config_(config),
      air_chillers_(config.air_chillers),
      air_chiller_point_(air_chillers_.at((config.air.supply - config.air_water_lift).degrees(),
                                          config.facility_water.supply.degrees())) {
  check(config);
  const Celsius water = config.facility_water.supply;
  if (config.heat_rejection == LiquidPlantConfig::HeatRejector::CoolingTower) {
    rejection_ = std::make_unique<FreeCooling>(Tower(config.tower), config.trim, water);
  } else {
    rejection_ = std::make_unique<FreeCooling>(DryCooler(config.dry_cooler), config.trim, water);
  }
}

void LiquidPlant::size_equipment(double it_design_w) {
  const double heat = config_.size.design_w(it_design_w);
  const double liquid = config_.liquid_share / (1 + config_.size.loss_share);
  liquid_w_ = heat * liquid;
  air_w_ = heat * (1 - liquid) * config_.air_margin;
  const auto& chillers = config_.air_chillers;
  const double fans = config_.air.fans(air_w_, 1).power_w;
  air_chiller_unit_w_ = (air_w_ + fans) / chillers.units / air_chiller_point_.capacity;
  const bool has_chillers = config_.air_cooling == LiquidPlantConfig::AirCooling::Chiller;
  const double lifted = has_chillers ? 1 + air_chiller_point_.energy_ratio : 1;
  facility_w_ = liquid_w_ + config_.cdu.pumps.pumps(liquid_w_, config_.cdu.range, 1).power_w +
                (air_w_ + fans) * lifted;
  const double pumps =
      config_.facility_water.pumps.pumps(facility_w_, config_.facility_water.range, 1).power_w;
  rejection_->size_for(facility_w_ + pumps);
  set_capacity(facility_node, config_.facility_water.heat_capacity_j_k(facility_w_));
  set_capacity(rack_node,
               config_.cdu.volume.si() * liquid_w_ * water_density_kg_m3 * water_heat_j_kg_k);
  set_capacity(room_node, config_.air.heat_capacity.si() * air_w_);
}

PlantNode LiquidPlant::rack_node_at(const CoolingInputs& inputs) const {
  const FlowUnits pumps =
      config_.cdu.pumps.pumps(liquid_w_, config_.cdu.range, inputs.health.pumps);
  const double heat = inputs.liquid_heat.si();
  // Units in parallel: each keeps its effectiveness, so heat follows their number.
  PlantNode node = exchanger_node(
      heat, pumps.capacity_w,
      (config_.cdu.range + cdu_approach(config_.cdu, config_.facility_water.range)).si());
  node.steady.pumps_w = pumps.power_at(heat);
  node.flat_out.pumps_w = pumps.power_w;
  return node;
}

PlantNode LiquidPlant::room_node_at(const CoolingInputs& inputs) const {
  const FlowUnits fans = config_.air.fans(air_w_, inputs.health.fans);
  const double heat = (inputs.air_heat + inputs.indoor_loss).si();
  if (config_.air_cooling == LiquidPlantConfig::AirCooling::FacilityWater) {
    const double difference =
        (config_.air.supply + config_.air.range - config_.facility_water.supply).si();
    PlantNode node =
        exchanger_node(heat, inputs.health.pumps > 0 ? fans.capacity_w : 0, difference);
    node.steady.fans_w = fans.power_at(heat);
    node.flat_out.fans_w = fans.power_w;
    return node;
  }
  return chilled_room_at(heat, fans, inputs);
}

PlantNode LiquidPlant::chilled_room_at(double heat_w, const FlowUnits& fans,
                                       const CoolingInputs& inputs) const {
  const auto& c = config_.air_chillers;
  const double running = (c.units + c.spare_units) * inputs.health.chillers;
  const double chilled =
      inputs.health.pumps > 0 ? running * air_chiller_unit_w_ * air_chiller_point_.capacity : 0;
  const auto chiller_w = [&](double load_w) {
    return air_chillers_.power_w(std::min(load_w, chilled), air_chiller_point_, air_chiller_unit_w_,
                                 running);
  };
  PlantNode node;
  node.source_w = heat_w;
  node.steady.fans_w = fans.power_at(heat_w);
  node.flat_out.fans_w = fans.power_w;
  const double load = heat_w + node.steady.fans_w;
  const auto relief = relief_at(load, fans, inputs);
  node.limit_w =
      std::clamp(std::max(chilled, relief.capacity_w) - fans.power_w, 0.0, fans.capacity_w);
  node.steady.chillers_w = chiller_w(load);
  node.flat_out.chillers_w = chiller_w(node.limit_w + fans.power_w);
  if (relief.share * node.steady.chillers_w > relief.fans_w || load > chilled) {
    node.steady.chillers_w *= 1 - relief.share;
    node.steady.fans_w += relief.fans_w;
    node.flat_out.fans_w += relief.fans_w;
  }
  return node;
}

/// What the dry coolers of the air handlers' loop take off its chillers.
AirLoopEconomizer::Relief LiquidPlant::relief_at(double heat_w, const FlowUnits& fans,
                                                 const CoolingInputs& inputs) const {
  const double design = (air_w_ + fans.power_w) * inputs.health.heat_rejection;
  if (!config_.air_economizer || design <= 0 || inputs.health.pumps <= 0) {
    return {};
  }
  const AirLoopEconomizer economizer(*config_.air_economizer,
                                     (config_.air.supply - config_.air_water_lift).degrees());
  return economizer.relief(heat_w, design, inputs.weather.dry_bulb.degrees());
}

PlantNode LiquidPlant::node_at(int node, const CoolingInputs& inputs) const {
  return node == rack_node ? rack_node_at(inputs) : room_node_at(inputs);
}

PlantNode LiquidPlant::root_at(const CoolingInputs& inputs, double carried_w) const {
  const auto& water = config_.facility_water;
  const FlowUnits pumps = water.pumps.pumps(facility_w_, water.range, inputs.health.pumps);
  PlantNode node;
  node.limit_w = pumps.capacity_w;
  node.steady.pumps_w = pumps.power_at(carried_w);
  node.flat_out.pumps_w = pumps.power_w;
  return node;
}

}  // namespace tokenfab
