// SPDX-License-Identifier: Apache-2.0
// Rules between the fields of services and tenants that no single field can state.
#pragma once

#include "sim/scenario/config.hpp"
#include "sim/scenario/problem_list.hpp"

namespace tokenfab {

void check_serving(const ScenarioConfig& config, ProblemList& problems);

}  // namespace tokenfab
