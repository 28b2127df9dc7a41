// SPDX-License-Identifier: Apache-2.0
// Two curves whose points lie at different x, on one axis: both as monotone interpolations over the
// range that they share. The axis is logarithmic if all x of both are positive and the largest is
// more than ten times the smallest, else linear.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "sim/gate/gated_results.hpp"
#include "sim/gate/monotone_cubic.hpp"

namespace tokenfab {

/// From x to the place on the axis and back.
struct CurveAxis {
  bool is_log = false;

  double place(double x) const;
  double x(double place) const;
};

class AlignedCurves {
 public:
  /// Both ordered (order_points).
  AlignedCurves(const CurveLinePoints& a, const CurveLinePoints& b);

  const CurveAxis& axis() const { return axis_; }
  /// Whether they share any x.
  bool is_common() const { return low_ <= high_; }
  double low() const { return axis_.x(low_); }
  double high() const { return axis_.x(high_); }

  /// At a place of the axis, not at an x.
  double a_at(double place) const { return a_.at(place); }
  double b_at(double place) const { return b_.at(place); }
  /// Places by rising x: the points of both within the common range, and others between them.
  const std::vector<double>& grid() const { return grid_; }

  /// The place in the common range where `value` is the largest; it is looked at between the points
  /// of the grid too. `is_common()`.
  double largest(const std::function<double(double place)>& value) const;

  /// Share of a's width on the axis that b does not cover at its low and its high end.
  struct Reach {
    double low = 0;
    double high = 0;
  };
  Reach lost_reach() const;

 private:
  void lay_grid();

  CurveAxis axis_;
  MonotoneCubic a_;
  MonotoneCubic b_;
  double low_ = 0;
  double high_ = 0;
  std::vector<double> grid_;
};

}  // namespace tokenfab
