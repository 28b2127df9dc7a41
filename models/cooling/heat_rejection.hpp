// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>

#include "sim/api/cooling.hpp"

namespace tokenfab {

struct RejectionCost {
  double chillers_w = 0;
  double heat_rejection_w = 0;  // fans and pumps of towers, dry coolers, condensers
  double water_m3_s = 0;
};

/// Of the ways offered, the one that draws the least power.
class LeastPower {
 public:
  void offer(const RejectionCost& way) {
    const double power = way.chillers_w + way.heat_rejection_w;
    if (power < least_w_) {
      best_ = way;
      least_w_ = power;
    }
  }
  const RejectionCost& best() const { return best_; }

 private:
  RejectionCost best_;
  double least_w_ = std::numeric_limits<double>::infinity();
};

struct RejectionLimits {
  double capacity_w = 0;  // at the set point
  double slope_w_k = 0;   // more per kelvin above it
};

/// How a plant gets heat at its set point into the environment. Cost function of the heat once
/// prepared; heat beyond the limits is the thermal network's matter.
class HeatRejection {
 public:
  virtual ~HeatRejection() = default;
  /// Called once, first: heat at the design point.
  virtual void size_for(double heat_w) = 0;
  virtual void prepare(const Weather& weather, const CoolingHealth& health) = 0;
  /// `needed_w`: what there will be to reject while all is at its set point.
  virtual RejectionLimits limits(double needed_w) const = 0;
  /// Needs 0 <= heat_w <= limits().capacity_w.
  virtual RejectionCost cost(double heat_w) const = 0;
  /// Everything that helps runs flat out, at limits().capacity_w of heat.
  virtual RejectionCost flat_out(double needed_w) const = 0;
  /// Water per further joule while the temperature is above the set point.
  virtual double water_m3_j() const { return 0; }
  /// Whether the last prepare() left the fitted curves of some part.
  virtual bool is_beyond() const { return false; }
};

}  // namespace tokenfab
