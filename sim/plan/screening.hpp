// SPDX-License-Identifier: Apache-2.0
// What can be said of a layout without playing it: whether it fits, and bounds of its cost and its
// speed in closed form.
//
// Rate. A replica with its batch full takes a step of B decoding sequences and the prompts of the
// requests that take their places, B I / O prompt tokens: T(B) by the step cost model. It answers
// at most B / (O T(B)) requests a second (I, O: mean lengths), or, where prompts and answers are
// computed in steps apart, 1 / (I p + O T'(B) / B); the larger of both over B in powers of two up
// to what the batch limits, the token budget and the KV cache hold. Of split pools the slower side
// counts. Prompts cost nothing where requests may share them.
//
// Cost. Per token at least what chips, servers, network, facility and further fixed costs amount
// to, over the tokens that are asked for, or that the replicas can make if that is less. Energy is
// left out, because a tariff may pay for it; it is a few per cent of the whole
// (docs/cost-curves.md).
//
// Speed. No token follows the last one in less than a step of one sequence with an empty cache.
//
// All three are optimistic where lengths are drawn independently and contexts grow evenly; the
// margin of a plan is for the rest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/plan/layout.hpp"

namespace tokenfab {

struct Screened {
  std::string obstacle;                  // why it cannot work; empty if it can
  std::optional<double> rate_max_per_s;  // requests of a unit, where lengths are known
  double interactivity_max_per_s = 0;    // tokens of one user
  double capex_usd_per_node = 0;
  double fixed_usd_per_s = 0;  // whatever is done
  double node_usd_per_s = 0;   // of a server, energy left out
  double chip_usd_per_s = 0;   // of a chip that a replica holds, on top
};

/// Of one unit of the layout.
Screened screen(const PlanRequest& request, const PlanSubject& subject, const Layout& layout);

/// Tokens, input and output, that requests ask for per second. Absent in a closed loop and where
/// lengths are not known.
std::optional<double> offered_tokens_per_s(const PlanDemand& demand);

/// Least cost per million tokens of so many units. `offered_tokens_per_s` as above or as a run saw
/// it; 0 where nothing is known.
double cost_bound_usd(const Screened& screened, const Layout& layout, const PlanDemand& demand,
                      const std::optional<double>& offered_tokens_per_s, std::int64_t units);

/// How many units the demand needs at least at `utilization` of their highest rate; 1 where that
/// is not known.
std::int64_t units_needed(const Screened& screened, const PlanDemand& demand, double utilization);

}  // namespace tokenfab
