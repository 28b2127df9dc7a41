// SPDX-License-Identifier: Apache-2.0
// The front of all that a plan is asked for: cost, interactivity, TTFT, power and carbon.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "sim/plan/search.hpp"
#include "sim/plan/trial.hpp"

namespace tokenfab {

/// What counts for one configuration, each the smaller the better; absent: not known.
using Criteria = std::vector<std::optional<double>>;

/// Whether `a` is nowhere worse than `b` and somewhere better, of the criteria that both have.
bool beats(const Criteria& a, const Criteria& b);

/// The feasible layouts at their best sizes that no other one beats in the objective,
/// interactivity, TTFT (p99), peak power of the sites and carbon per token, in the order of
/// `result.layouts`. What was ruled out by its cost and speed alone is not among them.
std::vector<std::size_t> unbeaten_layouts(const PlanContext& context, const PlanResult& result,
                                          const Trials& trials);

}  // namespace tokenfab
