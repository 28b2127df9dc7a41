// SPDX-License-Identifier: Apache-2.0
#include "sim/gate/gated_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tokenfab {
namespace {

/// Differences of such numbers are finite; a NaN is none.
bool is_usable(double value) { return std::abs(value) <= 1e300; }

}  // namespace

std::string order_points(CurveLinePoints& points) {
  if (points.empty()) {
    return "has no point";
  }
  for (const auto& each : points) {
    if (!is_usable(each.x) || !is_usable(each.y)) {
      return fmt::format("has the point ({}, {}), which is not finite or too large", each.x,
                         each.y);
    }
  }
  std::stable_sort(points.begin(), points.end(),
                   [](const TaggedPoint& a, const TaggedPoint& b) { return a.x < b.x; });
  const auto same = [](const TaggedPoint& a, const TaggedPoint& b) {
    return a.x == b.x && a.y == b.y;
  };
  points.erase(std::unique(points.begin(), points.end(), same), points.end());
  const auto twice =
      std::adjacent_find(points.begin(), points.end(),
                         [](const TaggedPoint& a, const TaggedPoint& b) { return a.x == b.x; });
  return twice == points.end() ? std::string()
                               : fmt::format("has two values at x = {}: {} and {}", twice->x,
                                             twice->y, std::next(twice)->y);
}

}  // namespace tokenfab
