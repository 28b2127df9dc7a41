// SPDX-License-Identifier: Apache-2.0
// air_economizer: halls cooled by outside air (see outside_air.hpp). Fan walls push it through the
// servers; there is no water loop.
#pragma once

#include "models/cooling/outside_air.hpp"
#include "models/cooling/plant_parts.hpp"

namespace tokenfab {

struct EvaporativeConfig {
  double effectiveness = 0.85;
  double pump_share = 0.002;
  static void describe(Describe<EvaporativeConfig>& d);
};

struct BackupChillerConfig {
  double share = 1;
  Kelvins condenser_approach{8};
  double condenser_fan_share = 0.02;
  ChillerConfig chillers = {.type = ChillerConfig::Type::Carnot, .carnot_share = 0.4};
  static void describe(Describe<BackupChillerConfig>& d);
};

struct AirEconomizerConfig {
  AirHandlerConfig air;
  Celsius dew_point_max{17};
  std::optional<Celsius> dew_point_min;
  EvaporativeConfig evaporative;
  BackupChillerConfig backup;
  ThermalProtectionConfig protection{.chip_resistance = KelvinsPerWatt(0.07)};
  PlantSizeConfig size;
  static void describe(Describe<AirEconomizerConfig>& d);
};

class AirEconomizer : public CoolingPlant {
 public:
  explicit AirEconomizer(const AirEconomizerConfig& config);

 private:
  void size_equipment(double it_design_w) override;
  PlantNode node_at(int, const CoolingInputs&) const override { return {}; }
  PlantNode root_at(const CoolingInputs& inputs, double carried_w) const override;

  AirEconomizerConfig config_;
  double design_w_ = 0;
};

}  // namespace tokenfab
