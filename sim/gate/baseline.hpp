// SPDX-License-Identifier: Apache-2.0
// The baseline of a gate as a file:
//   {"baseline_version": 1,
//    "results": {NAME: {METRIC: value, "cost/LAYER/ITEM/SITE": usd}},
//    "curves": {NAME: {"x": METRIC, "y": METRIC, "lines": {LABEL: [[x, y, "tag"], ...]}}}}
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/gate/gated_results.hpp"

namespace tokenfab {

/// `file` names the text in messages. Throws DataError with everything that is wrong; of another
/// version only that.
GatedResults read_baseline(std::string_view text, const std::string& file);

/// Reads back to the same numbers; a line per number and per point, so that a difference of two
/// baselines can be read.
std::string baseline_text(const GatedResults& baseline);

/// `now` in place of what `baseline` has under the same names; of its numbers those whose names a
/// pattern of `record` matches.
GatedResults renewed(GatedResults baseline, const GatedResults& now,
                     const std::vector<std::string>& record);

/// What changed, for people; empty if nothing.
std::string renewal_text(const GatedResults& before, const GatedResults& after);

}  // namespace tokenfab
