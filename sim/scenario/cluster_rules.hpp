// SPDX-License-Identifier: Apache-2.0
// What clusters have to satisfy: their network, faults, scheduler and placement, and the lines
// between sites.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/config.hpp"
#include "sim/scenario/problem_list.hpp"

namespace tokenfab {

/// Models that contradict themselves or do not fit the nodes; loads that leave no room for jobs.
void check_clusters(const ScenarioConfig& config, ProblemList& problems);

/// Lines between sites, and whether data that has to move finds a way.
void check_wan(const ScenarioConfig& config, ProblemList& problems);

/// What is allowed at a cluster and yet probably not meant.
std::vector<std::string> cluster_warnings(const ScenarioConfig& config);

}  // namespace tokenfab
