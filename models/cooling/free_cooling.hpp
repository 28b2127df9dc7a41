// SPDX-License-Identifier: Apache-2.0
// Towers or dry coolers that cool the facility water directly, with optional trim chillers for what
// is missing on hot days. Trim chillers have condensers of their own against the same air. When
// the air is warmer than the water, or the passive coolers save less than their fans take, they
// are bypassed. Without trim chillers the water floats above its set point.
#pragma once

#include <variant>

#include "models/cooling/chiller.hpp"
#include "models/cooling/dry_cooler.hpp"
#include "models/cooling/heat_rejection.hpp"
#include "models/cooling/tower.hpp"

namespace tokenfab {

struct TrimConfig {
  double share = 0;  // of the design heat
  ChillerConfig chillers = {.type = ChillerConfig::Type::Carnot};
  static void describe(Describe<TrimConfig>& d);
};

class FreeCooling : public HeatRejection {
 public:
  FreeCooling(std::variant<Tower, DryCooler> cooler, const TrimConfig& trim, Celsius water)
      : cooler_(std::move(cooler)), trim_config_(trim), trim_(trim.chillers), water_(water) {}

  void size_for(double heat_w) override;
  void prepare(const Weather& weather, const CoolingHealth& health) override;
  RejectionLimits limits(double needed_w) const override;
  RejectionCost cost(double heat_w) const override;
  RejectionCost flat_out(double needed_w) const override;
  double water_m3_j() const override { return limits_.water_m3_j; }
  bool is_beyond() const override { return limits_.is_beyond || point_.is_beyond; }

 private:
  RejectionCost passive(double heat_w, double air_flow) const;
  RejectionCost trimmed(double heat_w) const;

  std::variant<Tower, DryCooler> cooler_;
  TrimConfig trim_config_;
  Chillers trim_;
  Celsius water_;
  double installed_w_ = 0;  // of the passive coolers
  double trim_unit_w_ = 0;
  double design_w_ = 0;
  // Of the weather and health at hand.
  PassiveLimits limits_;
  ChillerPoint point_;
  double running_ = 0;
};

}  // namespace tokenfab
