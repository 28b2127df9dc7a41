// SPDX-License-Identifier: Apache-2.0
// Dry coolers in the water loop of the air handlers, ahead of its chillers: in cool weather they
// take part or all of the chillers' load. The water they leave is the outside air plus an approach
// that is proportional to the heat. What they take is the part of the water's range they cover.
// They run where that saves more than their fans take.
// Left out: glycol, pumps of their own (the loop's are counted in the fans' share).
#pragma once

#include "sim/api/field.hpp"

namespace tokenfab {

struct AirLoopEconomizerConfig {
  Kelvins approach{6};
  Kelvins water_range{8};
  double fan_power_share = 0.015;
  double least_air_flow = 0.1;
  static void describe(Describe<AirLoopEconomizerConfig>& d);
};

class AirLoopEconomizer {
 public:
  /// `supply_degc`: of the water that the air handlers get.
  AirLoopEconomizer(const AirLoopEconomizerConfig& config, double supply_degc)
      : config_(config), supply_degc_(supply_degc) {}

  struct Relief {
    double share = 0;       // of the heat
    double capacity_w = 0;  // that it takes alone
    double fans_w = 0;
  };
  /// What it can take of `heat_w` when built for `design_w`.
  Relief relief(double heat_w, double design_w, double dry_bulb_degc) const;

 private:
  AirLoopEconomizerConfig config_;
  double supply_degc_;
};

}  // namespace tokenfab
