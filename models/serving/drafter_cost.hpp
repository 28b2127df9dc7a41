// SPDX-License-Identifier: Apache-2.0
// What the drafter of speculative decoding adds to a step. As vLLM runs it (vllm/v1/spec_decode/
// eagle.py, v0.10): one pass over all rows of the step, which fills its cache, then k - 1 passes
// over one row per sequence, each with the output head. Its attention is priced with the model's.
// The drafter's FLOP and bytes are not counted as work: MFU and MBU are the model's.
#pragma once

#include <cstdint>

#include "models/serving/row_cost.hpp"
#include "sim/api/step.hpp"

namespace tokenfab {

/// The engine as it runs the drafter: with the target's tensor ranks, as one stage.
EngineConfig drafter_engine(const TransformerConfig& drafter, const EngineConfig& engine);

class DrafterCost {
 public:
  /// `rows_max` and `sequences_max`: of one rank.
  DrafterCost(const TransformerConfig& drafter, const ChipConfig& chip, const EngineConfig& engine,
              std::size_t rows_max, std::size_t sequences_max, const PartsS& power_w);

  /// A step with `rows` rows on a rank, of which `sequences` sequences get drafts.
  void add(std::size_t rows, std::size_t sequences, StepWork& work) const;

 private:
  std::int64_t further_passes_;
  RowTable by_rows_;
  RowTable by_sequences_;  // output head
};

}  // namespace tokenfab
