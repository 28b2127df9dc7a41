// SPDX-License-Identifier: Apache-2.0
// Everything that a plan is about, checked: what is planned, its limits, the layouts to choose from
// and what is known of each without playing it.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "sim/plan/layout.hpp"
#include "sim/plan/limit.hpp"
#include "sim/plan/screening.hpp"
#include "sim/plan/stretch.hpp"

namespace tokenfab {

struct PlanContext {
  std::string name;  // of the scenario
  PlanRequest request;
  PlanSubject subject;
  std::vector<Limit> limits;
  std::vector<Layout> layouts;
  std::vector<Screened> screened;               // by layout
  std::map<std::string, std::size_t> nonsense;  // combinations that are no layouts, by reason
  Stretches stretches;
  std::vector<std::string> warnings;
};

/// Loads, checks and screens. Throws ConfigError with all that is wrong with the request (beside
/// `problems`, which the caller has found), or what load_scenario throws.
PlanContext plan_context(const PlanRequest& request, std::vector<Problem> problems = {});

}  // namespace tokenfab
