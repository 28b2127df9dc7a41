// SPDX-License-Identifier: Apache-2.0
// A gate: results against their baseline under a policy.
#pragma once

#include <string>
#include <string_view>

#include "sim/gate/check.hpp"
#include "sim/gate/gated_results.hpp"
#include "sim/gate/policy.hpp"

namespace tokenfab {

struct GateQuestion {
  const GatedResults& baseline;
  const GatedResults& now;
  const GatePolicy& policy;
  std::string today;           // 2026-11-22: what waivers expire by
  bool allows_absent = false;  // results of the baseline that were not given are no failure
};

/// Adds curves over runs: families of the baseline that `now` lacks and whose points are tagged
/// with results of `now`, as TAG or FAMILY/TAG. Their x and y are the metrics of these names.
/// Throws DataError where such a line has no meaning.
void add_curves_over_results(const GatedResults& baseline, GatedResults& now);

GateOutcome pass_gate(const GateQuestion& question);

/// Turns failures that a waiver covers into waived ones. One that has expired or is too narrow says
/// so at the failure; one that covers nothing is told.
void apply_waivers(const GatePolicy& policy, const std::string& today, GateOutcome& outcome);

}  // namespace tokenfab
