// SPDX-License-Identifier: Apache-2.0
// Parameters that one chip holds, and of these the ones that are trained.
#pragma once

#include "models/llm/transformer.hpp"
#include "models/training/training_config.hpp"

namespace tokenfab {

struct ChipParameters {
  double dense = 0;    // outside routed experts
  double experts = 0;  // routed
  double total() const { return dense + experts; }
};

/// Of `layers` layers (their share of the model's) on a stage, before sharding over data-parallel
/// ranks; embedding and head where the stage has them.
ChipParameters stage_parameters(const TransformerConfig& model, const TrainingConfig& config,
                                double layers, bool has_embedding, bool has_head);

/// Multi-token-prediction layers that are trained.
std::int64_t trained_mtp_layers(const TransformerConfig& model, const TrainingConfig& config);

/// What of `held` gets gradients and optimizer states: all of it, or adapters of rank r beside the
/// products: r (n + k) for n k weights.
ChipParameters trained_parameters(const TransformerConfig& model, const TrainingConfig& config,
                                  const ChipParameters& held);

}  // namespace tokenfab
