// SPDX-License-Identifier: Apache-2.0
// A circuit breaker with an inverse-time overload release and an instantaneous one.
//
// Thermal state h in seconds: dh/dt = r^2 - 1, never below 0, r = load / (pickup x rating); it
// trips when h reaches H. At a constant overload it trips after H / (r^2 - 1): the extremely
// inverse curve t = 80 s x TMS / ((I/Is)^2 - 1) of IEC 60255-151, which for large r is the I^2 t =
// constant of long-time releases (Schneider Electric FAQ FA165712). H follows from the delay at six
// times the rating, the point at which makers state the setting tr. A pickup between 1.05 and 1.30
// keeps IEC 60947-2, 7.2.1.2.4: no trip within 2 h at 1.05 times the rating, one at 1.30 times.
// At `instantaneous` times the rating it opens at once.
//
// The load stands for the current: voltage and power factor do not change. Left out: the dead time
// of the contacts, ambient temperature, tolerance bands, selectivity between breakers in series.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "sim/api/field.hpp"

namespace tokenfab {

struct BreakerConfig {
  std::optional<Watts> rating;
  double pickup = 1.125;
  Seconds long_time_delay{16};
  double instantaneous = 10;

  static void describe(Describe<BreakerConfig>& d);
};

std::vector<std::string> contradictions(const BreakerConfig& config, const std::string& role);

class Breaker {
 public:
  Breaker(const BreakerConfig& config, Watts design);

  bool is_tripped() const { return is_tripped_; }
  /// Whether this load opens the closed breaker at once.
  bool opens_at(Watts load) const { return load >= instantaneous_; }
  /// Seconds until it trips under this load; nullopt: never, or it has.
  std::optional<double> time_to_trip(Watts load) const {
    if (is_tripped_ || load <= pickup_) {
      return std::nullopt;
    }
    return opens_at(load) ? 0 : (trip_heat_s_ - heat_s_) / rise(load);
  }
  /// A load that lasts beyond the trip is cut there; an open breaker cools.
  void advance(double seconds, Watts load) {
    if (heat_s_ == 0 && load <= pickup_) {
      return;
    }
    if (const auto trip = time_to_trip(load); trip && *trip <= seconds) {
      heat_s_ = std::max(0.0, trip_heat_s_ - (seconds - *trip));
      is_tripped_ = true;
      return;
    }
    const double rate = is_tripped_ ? -1 : rise(load);
    heat_s_ = std::max(0.0, heat_s_ + rate * seconds);
    // A span cut at time_to_trip() may end a rounding error before the trip.
    is_tripped_ = is_tripped_ || heat_s_ >= trip_heat_s_ * (1 - 1e-12);
  }
  /// The release keeps its heat: closed too early on an overload it trips again.
  void reset() { is_tripped_ = false; }
  Watts rating() const { return rating_; }

 private:
  double rise(Watts load) const {
    const double r = load / pickup_;
    return r * r - 1;
  }

  Watts rating_;
  Watts pickup_;
  Watts instantaneous_;
  double trip_heat_s_ = 0;
  double heat_s_ = 0;
  bool is_tripped_ = false;
};

}  // namespace tokenfab
