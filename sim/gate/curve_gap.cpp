// SPDX-License-Identifier: Apache-2.0
#include "sim/gate/curve_gap.hpp"

#include <cmath>
#include <cstddef>

namespace tokenfab {
namespace {

GapAt gap_at(const AlignedCurves& curves, double place) {
  return {curves.axis().x(place), curves.a_at(place), curves.b_at(place)};
}

void set_means(const AlignedCurves& curves, CurveGap& gap) {
  const auto& grid = curves.grid();
  double width = 0;
  double area = 0;
  double baseline_area = 0;
  for (std::size_t i = 0; i + 1 < grid.size(); ++i) {
    const auto left = gap_at(curves, grid[i]);
    const auto right = gap_at(curves, grid[i + 1]);
    const double step = right.x - left.x;
    width += step;
    area += step * (left.absolute() + right.absolute()) / 2;
    baseline_area += step * (std::abs(left.baseline) + std::abs(right.baseline)) / 2;
  }
  if (!(width > 0)) {  // one common point
    const auto only = gap_at(curves, grid.front());
    gap.mean_absolute = only.absolute();
    gap.mean_relative = only.relative();
    return;
  }
  gap.mean_absolute = area / width;
  gap.mean_relative = relative_change(baseline_area, baseline_area + area);
}

}  // namespace

CurveGap gap_between(const CurveLinePoints& baseline, const CurveLinePoints& now,
                     const Tolerance& tolerance) {
  const AlignedCurves curves(baseline, now);
  CurveGap gap;
  gap.is_log = curves.axis().is_log;
  gap.lost_reach = curves.lost_reach();
  gap.new_reach = AlignedCurves(now, baseline).lost_reach();
  gap.has_common_range = curves.is_common();
  if (!gap.has_common_range) {
    return gap;
  }
  gap.low = curves.low();
  gap.high = curves.high();
  const auto rise = [&](double place) {
    return tolerance.rank(curves.a_at(place), curves.b_at(place));
  };
  gap.rise = gap_at(curves, curves.largest(rise));
  gap.fall = gap_at(curves, curves.largest([&](double place) { return -rise(place); }));
  set_means(curves, gap);
  return gap;
}

}  // namespace tokenfab
