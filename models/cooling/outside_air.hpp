// SPDX-License-Identifier: Apache-2.0
// Airside economizer: outside air goes straight to the servers while it is cool and dry enough,
// mixed with return air when it is colder than needed; an evaporative stage cools it further; a
// backup chiller (direct expansion, condenser in the outside air) does the rest, all of it where
// the air is too humid or warmer than the return air. Without one, the room floats.
// Air drier than `dew_point_min` is humidified by the same stage. Left out: reheat, filters'
// ageing.
#pragma once

#include <optional>

#include "models/cooling/chiller.hpp"
#include "models/cooling/heat_rejection.hpp"

namespace tokenfab {

struct OutsideAirConfig {
  Kelvins range{12};  // of the air through the servers
  Celsius supply{24};
  Celsius dew_point_max{15};
  std::optional<Celsius> dew_point_min;
  double evaporative_effectiveness = 0.85;
  double evaporative_pump_share = 0.002;
  double backup_share = 1;  // of the design heat
  Kelvins condenser_approach{8};
  double condenser_fan_share = 0.02;
  ChillerConfig chillers = {.type = ChillerConfig::Type::Carnot, .carnot_share = 0.4};
};

class OutsideAir : public HeatRejection {
 public:
  explicit OutsideAir(const OutsideAirConfig& config)
      : config_(config), chillers_(config.chillers) {}

  void size_for(double heat_w) override;
  void prepare(const Weather& weather, const CoolingHealth& health) override;
  RejectionLimits limits(double needed_w) const override;
  RejectionCost cost(double heat_w) const override;
  RejectionCost flat_out(double needed_w) const override;
  double water_m3_j() const override { return water_m3_j_; }
  bool is_beyond() const override { return point_.is_beyond && backup_w_ > 0; }

 private:
  double evaporated_kg_j(double outside, double damp, double dry_degc, double pressure_pa) const;
  double mechanical_share(double heat_w) const;
  RejectionCost cost_of(double heat_w, double chilled_w) const;
  bool is_enough(double needed_w) const;

  OutsideAirConfig config_;
  Chillers chillers_;
  double design_w_ = 0;
  // Of the weather and health at hand.
  double entering_degc_ = 0;  // air after the evaporative stage
  bool is_open_ = true;       // outside air is let in
  bool is_wet_ = false;
  double water_m3_j_ = 0;
  double backup_w_ = 0;
  double running_ = 0;
  ChillerPoint point_;
};

}  // namespace tokenfab
