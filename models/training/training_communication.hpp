// SPDX-License-Identifier: Apache-2.0
// What a training step sends, by group: for every micro-batch between the chips that share layers,
// sequences and experts, between stages, and for every step between data-parallel copies.
//
//   tensor, sequence parallel: all-gather before and reduce-scatter behind mixer and feed-forward
//     network, both again backward, and the gathered inputs once more for the weights' gradients
//     (Korthikanti 2022, arXiv:2205.05198, section 4.2.2); without it an all-reduce each;
//   context: keys and values go round a ring, backward with their gradients (arXiv:2310.01889);
//   experts: dispatch and combine, forward and backward;
//   data: gradients reduce-scattered and parameters gathered once per step (ZeRO 1), or parameters
//     gathered for forward and backward of every micro-batch (ZeRO 3; ZeRO 2 keeps them from
//     forward to backward), gradients every time (arXiv:1910.02054; FSDP, arXiv:2304.11277).
#pragma once

#include "models/llm/transformer.hpp"
#include "models/training/training_config.hpp"
#include "models/training/training_weights.hpp"
#include "sim/api/collective.hpp"

namespace tokenfab {

/// Seconds with nothing beside them, and bytes that one chip sends.
struct Exchange {
  double forward_s = 0;
  double backward_s = 0;
  double bytes = 0;
  double total_s() const { return forward_s + backward_s; }
  Exchange operator*(double factor) const {
    return {forward_s * factor, backward_s * factor, bytes * factor};
  }
};

class TrainingCommunication {
 public:
  TrainingCommunication(const TransformerConfig& model, const TrainingConfig& config,
                        const CollectiveTimes& times);

  /// All layers, one micro-batch.
  Exchange tensor() const;
  Exchange context() const;
  Exchange experts() const;
  /// One message between stages, forward or backward.
  Exchange stage() const;
  /// ZeRO 2 and 3: every micro-batch; else every step: gathered parameters are `forward`, gradients
  /// `backward`. `trained` parameters of one chip, `held` ones gathered.
  Exchange data(const ChipParameters& held, const ChipParameters& trained) const;

 private:
  double seconds(CollectiveKind kind, const ChipGroup& group, double bytes) const;
  double row_bytes() const;  // hidden states of a micro-batch

  const TransformerConfig& model_;
  const TrainingConfig& config_;
  const CollectiveTimes& times_;
};

}  // namespace tokenfab
