// SPDX-License-Identifier: Apache-2.0
// Defragmentation: which running jobs to move so that a job that needs whole nodes finds them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/api/job_scheduler.hpp"

namespace tokenfab {

/// Preemptible jobs that, once moved into what is free on other nodes in part taken, leave `nodes`
/// nodes entirely free: from the nodes with the least to move, of equals the lowest. Only jobs that
/// stand on one node move. Empty: nothing to move is needed, or no choice of nodes will do.
/// `is_in_service` is by node.
std::vector<JobIndex> defragmenting_moves(const PlacementInputs& inputs,
                                          const std::vector<bool>& is_in_service,
                                          std::span<const PlacedJob> placed, std::uint32_t nodes);

}  // namespace tokenfab
