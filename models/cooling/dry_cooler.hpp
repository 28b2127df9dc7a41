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
