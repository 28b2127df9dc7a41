// SPDX-License-Identifier: Apache-2.0
// Whether the jobs of a sound scenario fit the memory of their chips and what services leave of
// their clusters.
#pragma once

#include <string>

#include "sim/scenario/loader.hpp"
#include "sim/scenario/problem_list.hpp"

namespace tokenfab {

/// Nodes that jobs can ever have of a cluster: services hold none of them, or may lend them.
std::int64_t nodes_for_jobs(const Scenario& scenario, const std::string& site,
                            const std::string& cluster);

/// Makes the plans of training jobs; tells what does not fit, and warns of what nearly does not.
/// Traces and pools are known.
void plan_jobs(Scenario& scenario, ProblemList& problems);

}  // namespace tokenfab
