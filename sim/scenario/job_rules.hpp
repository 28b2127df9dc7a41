// SPDX-License-Identifier: Apache-2.0
// What jobs and workloads of jobs have to satisfy.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/loader.hpp"
#include "sim/scenario/problem_list.hpp"

namespace tokenfab {

/// Whether the workload's source makes jobs for a cluster rather than requests for a service.
bool makes_jobs(const WorkloadConfig& workload);
/// Whether the workload waits for a stage to begin, or for a rollout.
bool is_held(const ScenarioConfig& config, const std::string& workload);
/// Whether any job runs on the cluster.
bool gets_jobs(const ScenarioConfig& config, const std::string& place);

/// Interruptions per second that a job on so many nodes of the cluster has to expect.
double expected_stops_per_s(const ClusterConfig& cluster, std::uint32_t nodes);

/// References, kinds, the order of stages, and what a layout contradicts.
void check_jobs(const ScenarioConfig& config, const std::vector<std::string>& clusters,
                ProblemList& problems);
void check_job_workload(const std::string& pointer, const WorkloadConfig& workload,
                        const ScenarioConfig& config, const std::vector<std::string>& clusters,
                        ProblemList& problems);

}  // namespace tokenfab
