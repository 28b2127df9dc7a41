// SPDX-License-Identifier: Apache-2.0
// Chillers whose condensers cooling towers serve, with an optional waterside economizer: a heat
// exchanger lets tower water cool the returning chilled water before the chillers (partial) or
// instead of them (full), whichever takes the least power. Condenser water is held at the lower end
// of the chillers' range, or as cold as flat-out towers make it.
#pragma once

#include "models/cooling/chiller.hpp"
#include "models/cooling/heat_rejection.hpp"
#include "models/cooling/tower.hpp"

namespace tokenfab {

struct EconomizerConfig {
  enum class Mode { Waterside, None };

  Mode mode = Mode::Waterside;
  Kelvins approach{2};
  static void describe(Describe<EconomizerConfig>& d);
};

struct WaterCooledChillersConfig {
  ChillerConfig chillers{};
  TowerConfig tower;
  EconomizerConfig economizer;
  Celsius supply{18};  // chilled water
  Kelvins range{8};    // returning over supplied
};

class WaterCooledChillers : public HeatRejection {
 public:
  explicit WaterCooledChillers(const WaterCooledChillersConfig& config);

  void size_for(double heat_w) override;
  void prepare(const Weather& weather, const CoolingHealth& health) override;
  RejectionLimits limits(double needed_w) const override;
  RejectionCost cost(double heat_w) const override;
  RejectionCost flat_out(double needed_w) const override;
  double water_m3_j() const override { return tower_.water_m3_j(); }
  bool is_beyond() const override { return tower_.is_beyond(); }

 private:
  struct Operation {
    double chiller_w = 0;
    double condenser_degc = 0;
    bool is_possible = false;
  };
  Operation chill(double heat_w, double bypassed_w, double least_condenser_degc) const;
  double precooled_share(double heat_w) const;
  RejectionCost with_towers(double chillers_w, double rejected_w, double air_flow) const;
  RejectionCost mechanical(double heat_w, double chiller_w, double condenser_degc) const;
  RejectionCost partial(double heat_w, double share) const;
  double greatest_mechanical() const;

  WaterCooledChillersConfig config_;
  Chillers chillers_;
  Tower tower_;
  double unit_w_ = 0;        // reference capacity of a chiller
  double design_ratio_ = 0;  // electric over thermal at the design point
  double installed_towers_w_ = 0;
  // Of the weather and health at hand.
  double running_ = 0;  // chillers
  double towers_w_ = 0;
  double free_w_ = 0;        // that the economizer alone takes
  double mechanical_w_ = 0;  // that the chillers take without it
  double partial_w_ = 0;     // that both take together
};

}  // namespace tokenfab
