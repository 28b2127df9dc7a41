// SPDX-License-Identifier: Apache-2.0
// How layers spread over pipeline stages, how long the stages stand still, and how many
// micro-batches are under way on a stage.
#pragma once

#include <cstdint>
#include <vector>

#include "models/training/training_config.hpp"

namespace tokenfab {

/// Layers of each stage, first to last. What is left over where they do not divide goes to the
/// chunks in the middle: the first one has the embedding, the last one the head.
std::vector<std::int64_t> stage_layers(const TrainingConfig& config, std::int64_t layers);
std::int64_t fullest_stage(const std::vector<std::int64_t>& layers);

/// What a stage does for one micro-batch, in seconds.
struct StageTime {
  double forward = 0;
  double backward = 0;         // both gradients
  double weight_gradient = 0;  // its part of that
  double total() const { return forward + backward; }
};

/// Seconds of a step in which the slowest stage has nothing to do, all of its micro-batches apart.
///   1f1b, interleaved: sum of the other stages' passes / chunks (arXiv:2104.04473, section 2.2);
///   zero bubble: (p - 1) (F + B - 2 W), DualPipe: (p / 2 - 1) (F&B + B - 3 W), with B both
///   gradients and W the weights' (arXiv:2412.19437, table 2; F&B = F + B here).
double bubble_s(const TrainingConfig& config, const std::vector<StageTime>& stages);

/// Micro-batches, in whole stages, whose activations the first stage keeps at once: p for 1f1b,
/// p (1 + (p - 1) / (p v)) interleaved (arXiv:2205.05198, section 4.2.3), 2 p - 1 for zero bubble
/// with as much of it gone as here, p + 1 for DualPipe (arXiv:2412.19437, table 2); never more than
/// there are.
double micro_batches_kept(const TrainingConfig& config);

}  // namespace tokenfab
