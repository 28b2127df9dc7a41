// SPDX-License-Identifier: Apache-2.0
#include "sim/gate/crossings.hpp"

#include <algorithm>
#include <cmath>

#include "sim/gate/aligned_curves.hpp"

namespace tokenfab {
namespace {

/// -1: the first line is lower, 1: the second, 0: a tie.
int side_at(const AlignedCurves& curves, double place, double tie) {
  const double a = curves.a_at(place);
  const double b = curves.b_at(place);
  const double least = tie * std::min(std::abs(a), std::abs(b));
  return std::abs(a - b) <= least ? 0 : (a < b ? -1 : 1);
}

/// Where the difference changes its sign between two places at which it has different ones.
double bisected(const AlignedCurves& curves, double left, double right) {
  const auto difference = [&curves](double place) {
    return curves.a_at(place) - curves.b_at(place);
  };
  const bool is_left_positive = difference(left) > 0;
  for (int step = 0; step < 100; ++step) {  // ends at neighbouring doubles before that
    const double middle = left + (right - left) / 2;
    const double here = difference(middle);
    if (here == 0) {
      return middle;
    }
    ((here > 0) == is_left_positive ? left : right) = middle;
  }
  return left + (right - left) / 2;
}

bool have_same_sides(const std::vector<Crossing>& a, const std::vector<Crossing>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Crossing& one, const Crossing& other) {
                      return one.first_is_lower_after == other.first_is_lower_after;
                    });
}

}  // namespace

std::vector<Crossing> crossings_of(const CurveLinePoints& first, const CurveLinePoints& second,
                                   double tie) {
  const AlignedCurves curves(first, second);
  std::vector<Crossing> found;
  int side = 0;
  double since = 0;  // the last place on that side
  for (const double place : curves.grid()) {
    const int here = side_at(curves, place, tie);
    if (here == 0) {
      continue;
    }
    if (side != 0 && here != side) {
      found.push_back({curves.axis().x(bisected(curves, since, place)), here < 0});
    }
    side = here;
    since = place;
  }
  return found;
}

std::vector<CrossingShift> shifts_of(const std::vector<Crossing>& baseline,
                                     const std::vector<Crossing>& now) {
  std::vector<CrossingShift> shifts;
  if (have_same_sides(baseline, now)) {
    for (std::size_t i = 0; i < baseline.size(); ++i) {
      shifts.push_back({baseline[i], now[i]});
    }
    return shifts;
  }
  auto left = now;
  for (const auto& each : baseline) {
    auto nearest = left.end();
    for (auto other = left.begin(); other != left.end(); ++other) {
      const bool is_nearer =
          nearest == left.end() || std::abs(other->x - each.x) < std::abs(nearest->x - each.x);
      if (other->first_is_lower_after == each.first_is_lower_after && is_nearer) {
        nearest = other;
      }
    }
    shifts.push_back({each, std::nullopt});
    if (nearest != left.end()) {
      shifts.back().now = *nearest;
      left.erase(nearest);
    }
  }
  for (const auto& each : left) {
    shifts.push_back({std::nullopt, each});
  }
  return shifts;
}

}  // namespace tokenfab
