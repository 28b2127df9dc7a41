// SPDX-License-Identifier: Apache-2.0
// liquid: warm-water cooling. Cold plates on a rack loop, coolant distribution units with plate
// heat exchangers, facility water, and dry coolers or cooling towers with optional trim chillers.
// What the servers give to the air goes through CRAH units into the facility water, either directly
// (where that is cold enough) or lifted by water-cooled chillers, with optional dry coolers of
// their own for cool weather (whose heat is counted into the facility water all the same, which
// errs on the side of its fans).
#pragma once

#include "models/cooling/air_loop_economizer.hpp"
#include "models/cooling/dry_cooler.hpp"
#include "models/cooling/free_cooling.hpp"
#include "models/cooling/plant_parts.hpp"
#include "models/cooling/tower.hpp"

namespace tokenfab {

/// Coolant distribution units: the rack loop's pumps and heat exchangers. The coolant that enters
/// the cold plates is the facility water plus `approach`, or what exchangers of so many transfer
/// units leave between them.
struct CduConfig {
  Kelvins approach{4};
  std::optional<double> transfer_units;
  Kelvins range{10};
  PumpConfig pumps{};
  CubicMetresPerWatt volume{0.8e-6};
  static void describe(Describe<CduConfig>& d);
};

struct LiquidPlantConfig {
  enum class HeatRejector { DryCooler, CoolingTower };
  enum class AirCooling { Chiller, FacilityWater };

  HeatRejector heat_rejection = HeatRejector::DryCooler;
  AirCooling air_cooling = AirCooling::Chiller;
  CduConfig cdu;
  WaterLoopConfig facility_water{.supply = Celsius(32)};
  DryCoolerConfig dry_cooler{};
  TowerConfig tower;
  TrimConfig trim;
  AirHandlerConfig air;
  ChillerConfig air_chillers{.type = ChillerConfig::Type::Carnot, .units = 3};
  Kelvins air_water_lift{8};
  std::optional<AirLoopEconomizerConfig> air_economizer;
  double liquid_share = 0.85;
  double air_margin = 1.5;
  ThermalProtectionConfig protection;
  PlantSizeConfig size;
  static void describe(Describe<LiquidPlantConfig>& d);
};

/// Of the CDUs at design.
Kelvins cdu_approach(const CduConfig& cdu, Kelvins facility_range);

class LiquidPlant : public CoolingPlant {
 public:
  explicit LiquidPlant(const LiquidPlantConfig& config);

 private:
  void size_equipment(double it_design_w) override;
  double liquid_share_design() const override { return config_.liquid_share; }
  PlantNode node_at(int node, const CoolingInputs& inputs) const override;
  PlantNode root_at(const CoolingInputs& inputs, double carried_w) const override;
  PlantNode rack_node_at(const CoolingInputs& inputs) const;
  PlantNode room_node_at(const CoolingInputs& inputs) const;
  PlantNode chilled_room_at(double heat_w, const FlowUnits& fans,
                            const CoolingInputs& inputs) const;
  AirLoopEconomizer::Relief relief_at(double heat_w, const FlowUnits& fans,
                                      const CoolingInputs& inputs) const;

  LiquidPlantConfig config_;
  Chillers air_chillers_;
  ChillerPoint air_chiller_point_;
  double liquid_w_ = 0;  // design heats
  double air_w_ = 0;
  double facility_w_ = 0;
  double air_chiller_unit_w_ = 0;
};

}  // namespace tokenfab
