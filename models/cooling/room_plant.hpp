// SPDX-License-Identifier: Apache-2.0
// Air-cooled halls on a chilled water loop. All heat of the servers goes into the room's air (that
// of liquid-cooled ones through liquid-to-air units), through CRAH coils into the water, and out.
//
// chilled_water: water-cooled chillers, cooling towers, waterside economizer.
// dry_cooler: dry coolers, and chillers with condensers in the outside air for warm days.
#pragma once

#include "models/cooling/dry_cooler.hpp"
#include "models/cooling/free_cooling.hpp"
#include "models/cooling/plant_parts.hpp"
#include "models/cooling/water_cooled_chillers.hpp"

namespace tokenfab {

struct ChilledWaterConfig {
  AirHandlerConfig air;
  WaterLoopConfig chilled_water;
  ChillerConfig chillers{};
  TowerConfig tower;
  EconomizerConfig economizer;
  ThermalProtectionConfig protection{.chip_resistance = KelvinsPerWatt(0.07)};
  PlantSizeConfig size;
  static void describe(Describe<ChilledWaterConfig>& d);
};

struct DryCoolerPlantConfig : DryCoolerConfig {
  AirHandlerConfig air;
  WaterLoopConfig chilled_water;
  TrimConfig chillers{.share = 1};
  ThermalProtectionConfig protection{.chip_resistance = KelvinsPerWatt(0.07)};
  PlantSizeConfig size;
  static void describe(Describe<DryCoolerPlantConfig>& d);
};

class RoomPlant : public CoolingPlant {
 protected:
  RoomPlant(const AirHandlerConfig& air, const WaterLoopConfig& water,
            const ThermalProtectionConfig& protection, const PlantSizeConfig& size);
  void size_equipment(double it_design_w) override;
  PlantNode node_at(int node, const CoolingInputs& inputs) const override;
  PlantNode root_at(const CoolingInputs& inputs, double carried_w) const override;

 private:
  AirHandlerConfig air_;
  WaterLoopConfig water_;
  PlantSizeConfig size_;
  double design_w_ = 0;
};

class ChilledWater : public RoomPlant {
 public:
  explicit ChilledWater(const ChilledWaterConfig& config);
};

class DryCoolerPlant : public RoomPlant {
 public:
  explicit DryCoolerPlant(const DryCoolerPlantConfig& config);
};

}  // namespace tokenfab
