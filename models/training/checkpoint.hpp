// SPDX-License-Identifier: Apache-2.0
// Checkpoints of a training job: how often, how, and what they cost.
#pragma once

#include <string>
#include <vector>

#include "sim/api/field.hpp"
#include "sim/core/instant.hpp"

namespace tokenfab {

enum class CheckpointMode {
  Sync,     // the job stands still until the last byte is written
  Async,    // it stands still for the copy to host memory, the write goes on beside it
  InMemory  // the copy to another node's memory is what counts; storage is written now and then
};

/// How long the parts take that no flow decides.
struct CheckpointTimes {
  CheckpointMode mode = CheckpointMode::Async;
  Duration snapshot;  // standing still for the copy to host memory (async, in memory)
};

}  // namespace tokenfab
