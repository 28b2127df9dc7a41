// SPDX-License-Identifier: Apache-2.0
// The battery of a UPS or of the racks: its energy counts as what it can still give, so what
// charging and discharging lose together is taken from the charging power. The charge is linear in
// time; it is full or empty at an exact date.
// Left out: rate-dependent capacity, taper at the end of the charge, self-discharge, ageing, and
// that a UPS unit out of service takes its own battery with it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/api/field.hpp"

namespace tokenfab {

struct ChainBatteryConfig {
  Seconds autonomy{300};
  std::optional<Watts> charge_power;
  double round_trip_efficiency = 0.8986;

  static void describe(Describe<ChainBatteryConfig>& d);
};

class ChainBattery {
 public:
  /// Full at first. `supply`: what it gives at the rated load of its stage; `stage`: that rating.
  ChainBattery(const ChainBatteryConfig& config, Watts supply, Watts stage);

  Joules energy() const { return energy_; }
  Joules capacity() const { return capacity_; }
  Watts charge_power() const { return charge_power_; }
  Watts stored_power() const { return efficiency_ * charge_power_; }
  // A span cut where it is full or empty may end a rounding error before.
  bool is_full() const { return energy_ >= (1 - 1e-12) * capacity_; }
  bool is_empty() const { return energy_ <= 1e-12 * capacity_; }
  /// Seconds until it is full (stored > 0) or empty; nullopt: stored is 0.
  std::optional<double> time_to_end(Watts stored) const {
    if (stored == Watts(0)) {
      return std::nullopt;
    }
    return ((stored > Watts(0) ? capacity_ : Joules(0)) - energy_) / stored / Seconds(1);
  }
  void advance(double seconds, Watts stored) { energy_ += stored * Seconds(seconds); }

 private:
  Joules capacity_;
  Joules energy_;
  Watts charge_power_;
  double efficiency_ = 1;
};

}  // namespace tokenfab
