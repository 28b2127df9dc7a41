// SPDX-License-Identifier: Apache-2.0
// Device memory that training takes, and what to change where it does not fit.
//
// Per parameter: 2 bytes of weight, TrainingConfig::gradient_bytes, TrainingConfig::optimizer_bytes
// (mixed precision with Adam: 18 in all, arXiv:1910.02054, section 3.1), each cut over the copies
// where the sharding says so. Activations as Korthikanti 2022, arXiv:2205.05198, section 4, counts
// them, widths taken from the architecture; scores are not kept where attention is flash attention
// or recomputed; inputs of 8-bit products are kept in 8 bits. Per stage the micro-batches under
// way (pipeline_schedule.hpp); the fullest stage counts. Left out: fragmentation and communication
// buffers beyond TrainingEngineConfig::reserved_memory, offloading.
#pragma once

#include <optional>
#include <string>

#include "models/chip/chip.hpp"
#include "models/llm/transformer.hpp"
#include "models/training/training_config.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

/// Of one chip.
struct TrainingMemory {
  Bytes weights;
  Bytes gradients;
  Bytes optimizer;
  Bytes activations;
  Bytes reserved;
  Bytes total() const { return weights + gradients + optimizer + activations + reserved; }
};

/// Of the fullest stage.
TrainingMemory training_memory(const TransformerConfig& model, const TrainingConfig& config);

/// Activations of one micro-batch that one layer (the mean of all) keeps on a chip.
double layer_activation_bytes(const TransformerConfig& model, const TrainingConfig& config);

/// Why it does not fit the chip, and the least change with which it does; nullopt if it fits.
std::optional<std::string> memory_obstacle(const TransformerConfig& model, const ChipConfig& chip,
                                           const TrainingConfig& config);

}  // namespace tokenfab
