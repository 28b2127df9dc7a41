// SPDX-License-Identifier: Apache-2.0
// The checks of a family of curves: gap and reach of every line, break-even points of every pair,
// the Pareto front.
#pragma once

#include "sim/gate/check.hpp"
#include "sim/gate/gated_results.hpp"
#include "sim/gate/policy_rules.hpp"

namespace tokenfab {

/// Appends them. Which changes harm follows from the name of y unless the policy says it.
void compare_curves(const std::string& name, const CurveFamily& baseline, const CurveFamily& now,
                    const PolicyRules& rules, GateOutcome& outcome);

}  // namespace tokenfab
