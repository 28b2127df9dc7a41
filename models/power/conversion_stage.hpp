// SPDX-License-Identifier: Apache-2.0
// One stage of power conversion: equal units in parallel that share the load,
// P_in = P_out + n (P_r l(x) + fixed), x = P_out / (n P_r), n units in service of rating P_r.
// Redundant units carry load too, so N+1 and 2N run at lower shares: 2N never above one half.
// Left out: units switched off at low load, temperature, power factor.
#pragma once

#include <cstdint>
#include <optional>

#include "models/power/loss_curve.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

enum class Redundancy { N, NPlus1, TwoN };

/// An entry of models/data/power_stages.json, or its fields in line.
struct ConversionStageConfig {
  std::string name;
  std::optional<Watts> rating;        // output, the redundant units apart
  std::optional<Watts> unit_rating;   // output of one unit
  std::optional<std::int64_t> units;  // that the rating needs, the redundant ones apart
  Redundancy redundancy = Redundancy::N;
  Watts fixed_loss;  // of one unit, whatever its rating
  double no_load = 0;
  double proportional = 0;
  double square = 0;
  std::map<std::string, double> efficiency;      // by load share, instead of the coefficients
  std::map<std::string, double> eco_efficiency;  // of a UPS that feeds through its bypass

  static void describe(Describe<ConversionStageConfig>& d);
};

/// What contradicts itself in a stage called `role`, each with the nearest fix.
std::vector<std::string> contradictions(const ConversionStageConfig& config,
                                        const std::string& role);

class ConversionStage {
 public:
  /// `design`: output that the stage is rated for where the configuration does not say.
  ConversionStage(const ConversionStageConfig& config, Watts design);

  Watts loss(Watts output, double units_lost = 0) const {
    return loss_by(curve_, output, units_lost);
  }
  /// Through the bypass of a UPS in eco mode; only where eco_efficiency is given.
  Watts eco_loss(Watts output, double units_lost = 0) const {
    return loss_by(*eco_curve_, output, units_lost);
  }
  /// Of the units in service; infinite if none is left to carry a load.
  double load_share(Watts output, double units_lost = 0) const;
  bool works(double units_lost) const { return units_lost < units_; }
  /// What it may carry with its redundant units out of service.
  Watts rating() const { return rating_; }
  double units() const { return units_; }
  Watts unit_rating() const { return unit_rating_; }

 private:
  /// No unit in service: nothing passes, nothing is lost.
  Watts loss_by(const LossCurve& curve, Watts output, double units_lost) const {
    const double n = units_ - units_lost;
    if (n <= 0) {
      return Watts(0);
    }
    return n * (unit_rating_ * curve.at(output / (n * unit_rating_)) + fixed_loss_);
  }

  LossCurve curve_;
  std::optional<LossCurve> eco_curve_;
  Watts fixed_loss_;
  Watts rating_;
  Watts unit_rating_;
  double units_ = 1;
};

}  // namespace tokenfab
