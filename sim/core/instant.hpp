// SPDX-License-Identifier: Apache-2.0
// Simulated time as integers. One tick is a femtosecond in 128 bits: sums of step times are exact,
// so a jump of k steps ends on the very tick that k single steps end on, and ties break alike
// whatever the stepping. Doubles appear only at the edges (engine clock, reports).
#pragma once

#include <compare>
#include <cstdint>

namespace tokenfab {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

/// A signed span of simulated time, in femtoseconds.
class Duration {
 public:
  static constexpr std::int64_t ticks_per_second = 1'000'000'000'000'000;

  constexpr Duration() = default;
  static constexpr Duration from_ticks(Int128 ticks) { return Duration(ticks); }
  /// Rounds to the nearest tick. The value must be finite and below 1e22 s in size.
  static constexpr Duration from_seconds(double seconds) {
    const double ticks = seconds * static_cast<double>(ticks_per_second);
    return Duration(static_cast<Int128>(ticks < 0 ? ticks - 0.5 : ticks + 0.5));
  }

  constexpr Int128 ticks() const { return ticks_; }
  constexpr double seconds() const {
    return static_cast<double>(ticks_) / static_cast<double>(ticks_per_second);
  }

  friend constexpr auto operator<=>(const Duration&, const Duration&) = default;
  constexpr Duration operator-() const { return Duration(-ticks_); }
  constexpr Duration& operator+=(Duration other) {
    ticks_ += other.ticks_;
    return *this;
  }
  constexpr Duration& operator-=(Duration other) {
    ticks_ -= other.ticks_;
    return *this;
  }
  friend constexpr Duration operator+(Duration a, Duration b) { return a += b; }
  friend constexpr Duration operator-(Duration a, Duration b) { return a -= b; }
  friend constexpr Duration operator*(Duration a, std::int64_t n) { return Duration(a.ticks_ * n); }
  friend constexpr Duration operator*(std::int64_t n, Duration a) { return Duration(a.ticks_ * n); }
  /// Rounds toward zero.
  friend constexpr Duration operator/(Duration a, std::int64_t n) { return Duration(a.ticks_ / n); }

 private:
  explicit constexpr Duration(Int128 ticks) : ticks_(ticks) {}
  Int128 ticks_ = 0;
};

/// A date on the simulated clock: the span since the scenario's start.
class Instant {
 public:
  constexpr Instant() = default;
  explicit constexpr Instant(Duration since_start) : since_start_(since_start) {}

  constexpr Duration since_start() const { return since_start_; }
  constexpr double seconds() const { return since_start_.seconds(); }

  friend constexpr auto operator<=>(const Instant&, const Instant&) = default;
  friend constexpr Instant operator+(Instant a, Duration b) { return Instant(a.since_start_ + b); }
  friend constexpr Instant operator-(Instant a, Duration b) { return Instant(a.since_start_ - b); }
  friend constexpr Duration operator-(Instant a, Instant b) {
    return a.since_start_ - b.since_start_;
  }
  constexpr Instant& operator+=(Duration other) {
    since_start_ += other;
    return *this;
  }

 private:
  Duration since_start_;
};

}  // namespace tokenfab
