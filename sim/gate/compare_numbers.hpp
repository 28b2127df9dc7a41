// SPDX-License-Identifier: Apache-2.0
// The checks of results: metric by metric, cost by cost.
#pragma once

#include "sim/gate/check.hpp"
#include "sim/gate/gated_results.hpp"
#include "sim/gate/policy_rules.hpp"

namespace tokenfab {

/// Judges a number by a rule: verdict, change and message. Waivers come later.
void judge_number(const CheckRule& rule, double baseline, double now, GateCheck& check);

/// Something of the baseline is not there: what `message` says.
void judge_missing(const CheckRule& rule, std::string message, GateCheck& check);

/// Both with the sum of each layer's costs as "cost/LAYER": of the lines in the baseline and, if
/// these make up its cost_total_usd or it holds the sum itself, of all others too. A baseline of
/// chosen lines would otherwise be compared with all costs.
void add_layer_totals(NamedNumbers& baseline, NamedNumbers& now);

/// Appends the checks, costs and notes of one result. What `record` does not list (empty: lists
/// all) is not missed in the baseline.
void compare_numbers(const std::string& result, NamedNumbers baseline, NamedNumbers now,
                     const PolicyRules& rules, const std::vector<std::string>& record,
                     GateOutcome& outcome);

}  // namespace tokenfab
