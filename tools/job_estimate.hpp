// SPDX-License-Identifier: Apache-2.0
// What `run --dry-run` says of jobs.
#pragma once

#include <string>

#include "sim/scenario/loader.hpp"

namespace tokenfab::tools {

/// Training jobs: memory of a chip, step, checkpoints, how long they take without interruptions;
/// workloads of jobs: how many.
std::string job_estimate_text(const Scenario& scenario);

}  // namespace tokenfab::tools
