// SPDX-License-Identifier: Apache-2.0
#include "models/cooling/air_economizer.hpp"

namespace tokenfab {

void EvaporativeConfig::describe(Describe<EvaporativeConfig>& d) {
  using C = EvaporativeConfig;
  d.field("effectiveness", &C::effectiveness,
          "Fall of the outside air over dry minus wet bulb; 0: no evaporative stage")
      .range(0, 1)
      .source("Estimate: wetted media and misting 0.8 to 0.95");
  d.field("pump_share", &C::pump_share, "Power of its pumps over heat, while wet")
      .range(0, 0.1)
      .source("Estimate");
}

void BackupChillerConfig::describe(Describe<BackupChillerConfig>& d) {
  using C = BackupChillerConfig;
  d.field("share", &C::share, "Capacity over the design heat; 0: none, the room floats")
      .range(0, 5);
  d.field("condenser_approach", &C::condenser_approach, "Condenser air over outside air")
      .range(0, 40)
      .source("Estimate");
  d.field("condenser_fan_share", &C::condenser_fan_share, "Condenser fans over heat they reject")
      .range(0, 0.2)
      .source("Estimate: 1 to 3 %");
  d.object("chillers", &C::chillers, "The machines");
}

void AirEconomizerConfig::describe(Describe<AirEconomizerConfig>& d) {
  using C = AirEconomizerConfig;
  d.object("air", &C::air, "The room and its fans");
  d.field("dew_point_max", &C::dew_point_max,
          "Air that is more humid stays outside, if there is a backup chiller")
      .range(-20, 35)
      .source("ASHRAE TC9.9 2021: recommended up to 15 degC, allowable up to 17 degC in class A1");
  d.field("dew_point_min", &C::dew_point_min,
          "Air that is drier is humidified by the evaporative stage; absent: it is not")
      .range(-40, 20)
      .source("ASHRAE TC9.9 2021: recommended from -9 degC");
  d.object("evaporative", &C::evaporative, "Evaporative stage");
  d.object("backup", &C::backup, "Backup chiller");
  d.object("protection", &C::protection, "Throttling and shutdown of chips");
  d.object("size", &C::size, "Heat that the plant is built for");
}

AirEconomizer::AirEconomizer(const AirEconomizerConfig& config)
    : CoolingPlant({.nodes = 1, .coolant = config.air.supply, .room = config.air.supply},
                   config.protection, config.size.auxiliary_share),
      config_(config) {
  if (config.dew_point_min) {
    check_below("dew_point_min", *config.dew_point_min, "dew_point_max", config.dew_point_max);
  }
  OutsideAirConfig air;
  air.range = config.air.range;
  air.supply = config.air.supply;
  air.dew_point_max = config.dew_point_max;
  air.dew_point_min = config.dew_point_min;
  air.evaporative_effectiveness = config.evaporative.effectiveness;
  air.evaporative_pump_share = config.evaporative.pump_share;
  air.backup_share = config.backup.share;
  air.condenser_approach = config.backup.condenser_approach;
  air.condenser_fan_share = config.backup.condenser_fan_share;
  air.chillers = config.backup.chillers;
  rejection_ = std::make_unique<OutsideAir>(air);
}

void AirEconomizer::size_equipment(double it_design_w) {
  design_w_ = config_.size.design_w(it_design_w);
  const FlowUnits fans = config_.air.fans(design_w_, 1);
  set_capacity(0, config_.air.heat_capacity.si() * design_w_);
  rejection_->size_for(fans.capacity_w + fans.power_w);
}

PlantNode AirEconomizer::root_at(const CoolingInputs& inputs, double) const {
  const FlowUnits fans = config_.air.fans(design_w_, inputs.health.fans);
  PlantNode node;
  node.source_w = (inputs.air_heat + inputs.liquid_heat + inputs.indoor_loss).si();
  node.limit_w = fans.capacity_w;
  node.steady.fans_w = fans.power_at(node.source_w);
  node.flat_out.fans_w = fans.power_w;
  return node;
}

}  // namespace tokenfab
