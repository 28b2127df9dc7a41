// SPDX-License-Identifier: Apache-2.0
// Where two lines of a family cross, and how these points moved against the baseline.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/gate/gated_results.hpp"

namespace tokenfab {

struct BreakEven {
  double x = 0;
  bool first_is_lower_after = false;  // beyond x the first line lies below the second
};

/// By rising x, within the range that both lines reach. Where they differ by less than `tie` (a
/// share of the lower of the two) neither is ahead, so lines that touch do not cross.
std::vector<BreakEven> break_evens(const CurveLinePoints& first, const CurveLinePoints& second,
                                   double tie);

/// A crossing of the baseline and what became of it; or a new one.
struct BreakEvenShift {
  std::optional<BreakEven> baseline;
  std::optional<BreakEven> now;
};

/// In order if there are as many as before and they change hands the same way; else each of the
/// baseline with the nearest of its kind that is left.
std::vector<BreakEvenShift> matched(const std::vector<BreakEven>& baseline,
                                    const std::vector<BreakEven>& now);

}  // namespace tokenfab
