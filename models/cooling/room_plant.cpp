// SPDX-License-Identifier: Apache-2.0
#include "models/cooling/room_plant.hpp"

namespace tokenfab {
namespace {

constexpr int water_node = 0;
constexpr int room_node = 1;

PlantLayout layout_of(const AirHandlerConfig& air) {
  PlantLayout layout;
  layout.nodes = 2;
  layout.chip_node = room_node;
  layout.room_node = room_node;
  layout.coolant = air.supply;
  layout.room = air.supply;
  return layout;
}

}  // namespace

void ChilledWaterConfig::describe(Describe<ChilledWaterConfig>& d) {
  using C = ChilledWaterConfig;
  d.object("air", &C::air, "The room and its air handlers");
  d.object("chilled_water", &C::chilled_water, "The loop between air handlers and chillers");
  d.object("chillers", &C::chillers, "Water-cooled chillers");
  d.object("tower", &C::tower, "Cooling towers");
  d.object("economizer", &C::economizer, "Waterside economizer");
  d.object("protection", &C::protection, "Throttling and shutdown of chips");
  d.object("size", &C::size, "Heat that the plant is built for");
}

void DryCoolerPlantConfig::describe(Describe<DryCoolerPlantConfig>& d) {
  using C = DryCoolerPlantConfig;
  describe_dry_cooler(d);
  d.object("air", &C::air, "The room and its air handlers");
  d.object("chilled_water", &C::chilled_water, "The loop between air handlers and dry coolers");
  d.object("chillers", &C::chillers, "Chillers for warm days, condensers in the outside air");
  d.object("protection", &C::protection, "Throttling and shutdown of chips");
  d.object("size", &C::size, "Heat that the plant is built for");
}

RoomPlant::RoomPlant(const AirHandlerConfig& air, const WaterLoopConfig& water,
                     const ThermalProtectionConfig& protection, const PlantSizeConfig& size)
    : CoolingPlant(layout_of(air), protection, size.auxiliary_share),
      air_(air),
      water_(water),
      size_(size) {
  check_below("chilled_water.supply", water.supply, "air.supply", air.supply);
}

void RoomPlant::size_equipment(double it_design_w) {
  design_w_ = size_.design_w(it_design_w);
  set_capacity(water_node, water_.heat_capacity_j_k(design_w_));
  set_capacity(room_node, air_.heat_capacity.si() * design_w_);
  const double fans = air_.fans(design_w_, 1).power_w;
  const double pumps = water_.pumps.pumps(design_w_, water_.range, 1).power_w;
  rejection_->size_for(design_w_ + fans + pumps);
}

PlantNode RoomPlant::node_at(int, const CoolingInputs& inputs) const {
  const double heat = (inputs.air_heat + inputs.liquid_heat + inputs.indoor_loss).si();
  const FlowUnits fans = air_.fans(design_w_, inputs.health.fans);
  const bool has_water = inputs.health.pumps > 0;
  PlantNode node = exchanger_node(heat, has_water ? fans.capacity_w : 0,
                                  (air_.supply + air_.range - water_.supply).si());
  node.steady.fans_w = fans.power_at(heat);
  node.flat_out.fans_w = fans.power_w;
  return node;
}

PlantNode RoomPlant::root_at(const CoolingInputs& inputs, double carried_w) const {
  const FlowUnits pumps = water_.pumps.pumps(design_w_, water_.range, inputs.health.pumps);
  PlantNode node;
  node.limit_w = pumps.capacity_w;
  node.steady.pumps_w = pumps.power_at(carried_w);
  node.flat_out.pumps_w = pumps.power_w;
  return node;
}

ChilledWater::ChilledWater(const ChilledWaterConfig& config)
    : RoomPlant(config.air, config.chilled_water, config.protection, config.size) {
  rejection_ = std::make_unique<WaterCooledChillers>(
      WaterCooledChillersConfig{config.chillers, config.tower, config.economizer,
                                config.chilled_water.supply, config.chilled_water.range});
}

DryCoolerPlant::DryCoolerPlant(const DryCoolerPlantConfig& config)
    : RoomPlant(config.air, config.chilled_water, config.protection, config.size) {
  rejection_ = std::make_unique<FreeCooling>(DryCooler(config), config.chillers,
                                             config.chilled_water.supply);
}

}  // namespace tokenfab
