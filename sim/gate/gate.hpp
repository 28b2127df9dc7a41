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

GateOutcome pass_gate(const GateQuestion& question);

/// Turns failures that a waiver covers into waived ones. One that has expired or is too narrow says
/// so at the failure; one that covers nothing is told.
void apply_waivers(const GatePolicy& policy, const std::string& today, GateOutcome& outcome);

}  // namespace tokenfab
