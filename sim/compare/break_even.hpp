// SPDX-License-Identifier: Apache-2.0
// Where two things that depend on one number cost the same: first the straight line through three
// points, if it is one; else a grid, and in every interval where the sign of the difference changes
// a bracketed search (ITP: Oliveira and Takahashi, ACM Trans. Math. Softw. 47 (2020) 5).
//
// Left out: two changes of sign inside one interval of the grid cancel and stay unseen.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace tokenfab {

/// What is searched. A range of at least one decade above zero is searched by ratios.
struct BreakEvenRange {
  double low = 0;
  double high = 1;
  bool is_count = false;  // whole numbers only

  bool is_log() const { return low > 0 && high >= 10 * low; }
};

/// Both values at one place; absent where there is none.
struct BreakEvenPoint {
  double x = 0;
  std::optional<double> a;
  std::optional<double> b;

  std::optional<double> gap() const { return a && b ? std::optional(*b - *a) : std::nullopt; }
};

/// The values at every place asked for, in that order.
using EvaluatePlaces = std::function<std::vector<BreakEvenPoint>(const std::vector<double>&)>;

struct Crossing {
  double x = 0;
  double low = 0;        // the gap has one sign here
  double high = 0;       // and the other one here; both are x where it is exactly zero
  bool is_gap = false;   // in between one of the two has no value: nobody knows where
  bool is_jump = false;  // the values jump past each other: nowhere are they equal
  bool a_is_less_below = false;
  BreakEvenPoint at;  // what was found at x; of a jump at `high`
};

struct BreakEven {
  std::vector<BreakEvenPoint> points;  // all that were evaluated, by x
  std::vector<Crossing> crossings;     // by x
  bool is_straight = false;  // both values are straight lines in x, checked at the solution
};

/// Crossings to a part in a thousand, straight lines exactly. `low` < `high`.
BreakEven find_break_even(const BreakEvenRange& range, const EvaluatePlaces& evaluate);

}  // namespace tokenfab
