// SPDX-License-Identifier: Apache-2.0
// FLOP of a training step by the field's convention: forward 2 per weight and token and
// 2 (d_key + d_value) per head and pair attended, causal; backward twice as much (Narayanan 2021,
// arXiv:2104.04473, appendix; Chowdhery 2022, arXiv:2204.02311, appendix B, which counts all
// pairs). Of adapters' frozen weights only the inputs get gradients.
#pragma once

#include "models/llm/transformer.hpp"
#include "models/training/training_config.hpp"

namespace tokenfab {

struct TrainingFlop {
  double model = 0;     // of a step, all chips
  double hardware = 0;  // what is computed again on top
};

TrainingFlop training_flop(const TransformerConfig& model, const TrainingConfig& config);

}  // namespace tokenfab
