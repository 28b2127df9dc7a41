// SPDX-License-Identifier: Apache-2.0
// A temperature of a linear thermal network over time, in closed form, and when it crosses a level.
#pragma once

#include <array>
#include <optional>

namespace tokenfab {

/// start + sum of slope_j phi(rate_j, t), phi(r, t) = (1 - exp(-r t)) / r, and t where r = 0:
/// what a linear network of at most three stores does under constant inputs.
struct ModalCurve {
  static constexpr int max_modes = 3;

  double start = 0;
  int modes = 0;
  std::array<double, max_modes> slope{};
  std::array<double, max_modes> rate{};  // 1/s, not negative

  double at(double t) const;
  double slope_at(double t) const;
  /// The same curve with its dates counted from t.
  ModalCurve from(double t) const;
  /// Its extrema in (0, end), in order: at most two, by Rolle's theorem.
  struct Turns {
    int count = 0;
    std::array<double, 2> at{};
  };
  Turns turns(double end) const;
  /// First date in [0, end] from which it is above `level`; dates where it stays within `tolerance`
  /// above do not count.
  std::optional<double> rises_above(double level, double end, double tolerance) const;
};

}  // namespace tokenfab
