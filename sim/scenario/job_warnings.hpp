// SPDX-License-Identifier: Apache-2.0
// What is allowed of jobs and yet worth a word: before the run, and once it is over.
#pragma once

#include <string>
#include <vector>

#include "sim/metrics/result.hpp"
#include "sim/scenario/config.hpp"

namespace tokenfab {

/// Of a sound scenario: names exist, stages are in order.
std::vector<std::string> job_warnings(const ScenarioConfig& config);

/// Of a run that is over: jobs that wait, training that is not finished, stages that never began.
std::vector<std::string> job_warnings(const ScenarioConfig& config, const RunResult& result);

}  // namespace tokenfab
