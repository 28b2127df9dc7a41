// SPDX-License-Identifier: Apache-2.0
// Where two lines of a family cross, and how these points moved against the baseline.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/gate/gated_results.hpp"

namespace tokenfab {

struct Crossing {
  double x = 0;
  bool first_is_lower_after = false;  // beyond x the first line lies below the second
};

/// By rising x, within the range that both lines reach. Where they differ by no more than `tie` (a
/// share of the lower of the two) neither is ahead, so lines that touch or run close together do
/// not cross.
std::vector<Crossing> crossings_of(const CurveLinePoints& first, const CurveLinePoints& second,
                                   double tie);

/// A crossing of the baseline and what became of it; or a new one.
struct CrossingShift {
  std::optional<Crossing> baseline;
  std::optional<Crossing> now;
};

/// Matched in order, those of a kind only: as many as possible, then as near as possible.
std::vector<CrossingShift> shifts_of(const std::vector<Crossing>& baseline,
                                     const std::vector<Crossing>& now);

}  // namespace tokenfab
