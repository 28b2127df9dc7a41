// SPDX-License-Identifier: Apache-2.0
// A plan as people, programs and spreadsheets read it.
#pragma once

#include <string>
#include <vector>

#include "sim/plan/search.hpp"

namespace tokenfab {

struct Plan {
  const PlanContext& context;
  const Trials& trials;
  const PlanResult& result;
};

/// Winner, front, why not the runner-up, what the search did. There must be a winner.
std::string plan_text(const Plan& plan);
/// The same for programs; ends with a newline.
std::string plan_json(const Plan& plan);
/// A row for every trial, and one for every layout that had none; ends with a newline.
std::string plan_csv(const Plan& plan);

/// "tokenfab run scenarios/main.json --set ...": plays the winner.
std::string run_line(const Plan& plan, const Trial& trial);

/// Every layout that came near: "nearest: 2 x h100-sxm tp4 bf16 misses tpot_p50_s < 30 ms by 12 %".
/// For a plan without a winner.
std::vector<std::string> nearest_texts(const Plan& plan);

/// The scenario with the winner's settings, as its difference from the file `base`.
std::string winner_scenario(const Plan& plan, const std::string& base);

/// What changes `from` into `to` as a JSON Merge Patch (RFC 7396).
Node merge_patch_between(const Node& from, const Node& to);

}  // namespace tokenfab
