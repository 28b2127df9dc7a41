// SPDX-License-Identifier: Apache-2.0
// Which configurations joined or left the Pareto front of a family of curves: the points that no
// other one beats in both x and y.
#pragma once

#include <string>
#include <vector>

#include "sim/gate/gated_results.hpp"

namespace tokenfab {

/// "LINE, TAG" of all points with a tag that no point of any line of the family beats: x higher or
/// equal and y lower or equal (higher or equal if `higher_is_better`). Sorted.
std::vector<std::string> front_members(const CurveFamily& family, bool higher_is_better);

struct FrontChanges {
  std::vector<std::string> joined;
  std::vector<std::string> left;
};
FrontChanges front_changes(const CurveFamily& baseline, const CurveFamily& now,
                           bool higher_is_better);

}  // namespace tokenfab
