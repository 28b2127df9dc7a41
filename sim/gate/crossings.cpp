// SPDX-License-Identifier: Apache-2.0
#include "sim/gate/crossings.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

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

/// How well the rests of two lists of crossings can be matched in order: as many as possible, then
/// as near as possible.
struct Match {
  std::size_t count = 0;
  double distance = 0;

  bool is_better_than(const Match& other) const {
    return count != other.count ? count > other.count : distance < other.distance;
  }
};

Match with_pair(const Match& rest, const Crossing& a, const Crossing& b) {
  return {rest.count + 1, rest.distance + std::abs(a.x - b.x)};
}

bool are_of_a_kind(const Crossing& a, const Crossing& b) {
  return a.first_is_lower_after == b.first_is_lower_after;
}

/// By the first of each list that are still to be matched.
using MatchTable = std::vector<std::vector<Match>>;

MatchTable match_table(const std::vector<Crossing>& a, const std::vector<Crossing>& b) {
  MatchTable best(a.size() + 1, std::vector<Match>(b.size() + 1));
  for (auto i = a.size(); i-- > 0;) {
    for (auto j = b.size(); j-- > 0;) {
      best[i][j] = best[i + 1][j].is_better_than(best[i][j + 1]) ? best[i + 1][j] : best[i][j + 1];
      if (are_of_a_kind(a[i], b[j])) {
        const auto paired = with_pair(best[i + 1][j + 1], a[i], b[j]);
        best[i][j] = best[i][j].is_better_than(paired) ? best[i][j] : paired;
      }
    }
  }
  return best;
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
  const auto best = match_table(baseline, now);
  std::vector<CrossingShift> shifts;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < baseline.size() || j < now.size()) {
    const bool are_both = i < baseline.size() && j < now.size();
    const auto& here = best[i][j];
    if (are_both && are_of_a_kind(baseline[i], now[j]) &&
        !here.is_better_than(with_pair(best[i + 1][j + 1], baseline[i], now[j]))) {
      shifts.push_back({baseline[i++], now[j++]});
    } else if (i < baseline.size() && !here.is_better_than(best[i + 1][j])) {
      shifts.push_back({baseline[i++], std::nullopt});
    } else {
      shifts.push_back({std::nullopt, now[j++]});
    }
  }
  return shifts;
}

}  // namespace tokenfab
