// SPDX-License-Identifier: Apache-2.0
// Dry cooler: water against outside air, fans after the affinity laws. Heat is proportional to the
// air flow and to the water's excess over the air. Optional adiabatic pads wet the air when it is
// warm: it leaves them at dry bulb - effectiveness x (dry - wet bulb).
// Left out: the fall of effectiveness with the flow (which errs on the side of the fans), glycol.
#pragma once

#include "models/cooling/passive_cooler.hpp"
#include "sim/api/field.hpp"
#include "sim/api/weather.hpp"

namespace tokenfab {

struct DryCoolerConfig {
  Kelvins approach{6};
  Kelvins air_range{10};
  double fan_power_share = 0.015;
  double pad_effectiveness = 0;
  Celsius pad_temperature{20};
  double least_air_flow = 0.1;
  int units = 4;
  int spare_units = 1;
  static void describe(Describe<DryCoolerConfig>& d);
};

/// Also for configurations that have these fields as their own.
template <class Config>
void describe_dry_cooler(Describe<Config>& d) {
  d.field("approach", static_cast<Kelvins Config::*>(&Config::approach),
          "Water leaving over air entering, at design heat and full fans")
      .range(0.5, 40)
      .source("Estimate: 5 to 8 K");
  d.field("air_range", static_cast<Kelvins Config::*>(&Config::air_range),
          "Warming of the air at design heat and full fans")
      .range(1, 60)
      .source("Estimate");
  d.field("fan_power_share", static_cast<double Config::*>(&Config::fan_power_share),
          "Fan power over heat at the design point")
      .range(0, 0.2)
      .source("Estimate: 1 to 2 %");
  d.field("pad_effectiveness", static_cast<double Config::*>(&Config::pad_effectiveness),
          "Of adiabatic pads: fall of the air over dry minus wet bulb; 0: none")
      .range(0, 1);
  d.field("pad_temperature", static_cast<Celsius Config::*>(&Config::pad_temperature),
          "Dry bulb above which the pads are wet")
      .range(0, 60);
  d.field("least_air_flow", static_cast<double Config::*>(&Config::least_air_flow),
          "Share of air flow below which fans cycle")
      .range(0, 1)
      .source("Estimate");
  d.field("units", static_cast<int Config::*>(&Config::units), "Coolers that carry the design heat")
      .range(1, 1000);
  d.field("spare_units", static_cast<int Config::*>(&Config::spare_units),
          "Coolers more than needed; all run, slower")
      .range(0, 1000);
}

class DryCooler {
 public:
  explicit DryCooler(const DryCoolerConfig& config) : config_(config) {}

  void prepare(const Weather& weather);
  double air_degc() const { return air_; }
  PassiveLimits limits(double water_degc, double design_w) const;
  const DryCoolerConfig& config() const { return config_; }

 private:
  DryCoolerConfig config_;
  double air_ = 0;  // that meets the coil
  double water_m3_j_ = 0;
};

}  // namespace tokenfab
