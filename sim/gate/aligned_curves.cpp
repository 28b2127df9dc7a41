// SPDX-License-Identifier: Apache-2.0
#include "sim/gate/aligned_curves.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

// Beyond a decade a linear axis would crowd the points at its low end.
constexpr double log_axis_ratio = 10;

CurveAxis axis_of(const CurveLinePoints& a, const CurveLinePoints& b) {
  const double low = std::min(a.front().x, b.front().x);
  const double high = std::max(a.back().x, b.back().x);
  return {low > 0 && high / low > log_axis_ratio};
}

MonotoneCubic interpolation(const CurveLinePoints& points, const CurveAxis& axis) {
  std::vector<double> x;
  std::vector<double> y;
  for (const auto& each : points) {
    const double place = axis.place(each.x);
    if (x.empty() || place > x.back()) {  // two x of neighbouring doubles may share a logarithm
      x.push_back(place);
      y.push_back(each.y);
    }
  }
  return {x, y};
}

}  // namespace

double CurveAxis::place(double x) const { return is_log ? std::log(x) : x; }
double CurveAxis::x(double place) const { return is_log ? std::exp(place) : place; }

AlignedCurves::AlignedCurves(const CurveLinePoints& a, const CurveLinePoints& b)
    : axis_(axis_of(a, b)), a_(interpolation(a, axis_)), b_(interpolation(b, axis_)) {
  low_ = std::max(a_.knots().front(), b_.knots().front());
  high_ = std::min(a_.knots().back(), b_.knots().back());
  lay_grid();
}

void AlignedCurves::lay_grid() {
  if (!is_common()) {
    return;
  }
  // Both are one cubic between two neighbours of the union, so their difference turns at most twice
  // there; sixteen parts see every such turn that is wider than a sixteenth.
  constexpr int parts = 16;
  std::set<double> corners{low_, high_};
  for (const auto* curve : {&a_, &b_}) {
    for (const double knot : curve->knots()) {
      if (knot > low_ && knot < high_) {
        corners.insert(knot);
      }
    }
  }
  for (auto corner = corners.begin(); std::next(corner) != corners.end(); ++corner) {
    const double width = *std::next(corner) - *corner;
    for (int i = 0; i < parts; ++i) {
      grid_.push_back(*corner + width * i / parts);
    }
  }
  grid_.push_back(high_);
}

double AlignedCurves::largest(const std::function<double(double)>& value) const {
  CHECK(!grid_.empty(), "no common range");
  std::size_t best = 0;
  double best_value = value(grid_[0]);
  for (std::size_t i = 1; i < grid_.size(); ++i) {
    if (const double here = value(grid_[i]); here > best_value) {
      best = i;
      best_value = here;
    }
  }
  double left = grid_[best == 0 ? 0 : best - 1];
  double right = grid_[std::min(best + 1, grid_.size() - 1)];
  // Ternary search: 80 steps shrink the bracket by (2/3)^80 = 8e-15.
  for (int step = 0; step < 80; ++step) {
    const double third = (right - left) / 3;
    if (value(left + third) < value(right - third)) {
      left += third;
    } else {
      right -= third;
    }
  }
  const double refined = (left + right) / 2;
  return value(refined) > best_value ? refined : grid_[best];
}

AlignedCurves::Reach AlignedCurves::lost_reach() const {
  const auto& mine = a_.knots();
  const auto& others = b_.knots();
  const double width = mine.back() - mine.front();
  if (width <= 0) {
    const bool is_covered = is_common();
    return {0, is_covered ? 0.0 : 1.0};
  }
  if (!is_common()) {
    return others.back() < mine.front() ? Reach{0, 1} : Reach{1, 0};
  }
  return {std::max(0.0, others.front() - mine.front()) / width,
          std::max(0.0, mine.back() - others.back()) / width};
}

}  // namespace tokenfab
