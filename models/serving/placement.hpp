// SPDX-License-Identifier: Apache-2.0
// Whether a model fits on a replica's chips, and how much KV cache that leaves: vLLM's own rule,
// utilization x device memory - weights - activation peak - reserved memory, in whole blocks
// (vllm/v1/worker/gpu_worker.py, determine_available_memory, v0.10).
#pragma once

#include <optional>
#include <string>

#include "models/chip/chip.hpp"
#include "models/llm/transformer.hpp"
#include "models/serving/engine_config.hpp"

namespace tokenfab {

struct Placement {
  Bytes weights_per_chip;
  Bytes activations_per_chip;  // estimate of the profiling run's peak
  Bytes reserved_per_chip;
  Bytes kv_cache_per_chip;
  Bytes kv_bytes_per_token_per_chip;
  std::uint64_t kv_blocks = 0;        // of the replica, all data-parallel ranks
  std::uint64_t sequence_blocks = 0;  // that a sequence holds beside its tokens: states, windows
  std::uint64_t kv_tokens = 0;
  std::int64_t context_tokens = 0;  // longest request accepted

  /// Why it cannot work, with the smallest fix; empty if it can.
  std::string obstacle;
  std::string fix;
};

Placement place(const TransformerConfig& model, const ChipConfig& chip, const EngineConfig& engine);

}  // namespace tokenfab
