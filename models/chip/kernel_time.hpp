// SPDX-License-Identifier: Apache-2.0
// Times of single kernels on one chip: roofline terms with the chip's calibrated efficiencies.
// Equations beside each calibration struct in chip.hpp. Range: the sizes of the kernel tables the
// constants were fitted to (m to 32,768, n and k to 65,536, contexts to 131,072 tokens).
#pragma once

#include <cstdint>
#include <optional>

#include "models/chip/chip.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

/// A kernel's time, told apart by what bounds it.
struct KernelTime {
  Seconds memory;   // waiting for device memory
  Seconds compute;  // arithmetic
  Seconds fixed;    // launch, pipeline fill, quantization of activations
  Seconds total() const { return memory + compute + fixed; }
};

/// Matrix product [m, k] x [k, n] in `precision`, result in bf16. The chip must have the
/// precision's peak and calibration.
KernelTime matmul_time(const ChipConfig& chip, Precision precision, std::int64_t m, std::int64_t n,
                       std::int64_t k);

/// Decode attention of one layer on one chip: a fixed part for `sequences`, and the time per token
/// of context, so that the total is linear in the context.
struct DecodeAttentionTime {
  Seconds fixed;
  Seconds per_sequence;
  Seconds per_context_token;
};
DecodeAttentionTime decode_attention_time(const ChipConfig& chip, Precision kv,
                                          std::int64_t kv_heads, std::int64_t head_dim);

/// Prefill attention of one layer on one chip as linear terms of one chunk: p new tokens after c
/// cached ones read p + c keys and values and attend p c + p^2 / 2 pairs (causal).
struct PrefillAttentionTime {
  Seconds launch;  // once per step
  Seconds per_new_token;
  Seconds per_read_token;
  Seconds per_pair;
};
PrefillAttentionTime prefill_attention_time(const ChipConfig& chip, Precision kv,
                                            std::int64_t heads, std::int64_t kv_heads,
                                            std::int64_t head_dim);

/// All-reduce over `chips` of one scale-up domain, resolved for one group size.
class AllReduceTime {
 public:
  AllReduceTime(const ChipConfig& chip, std::int64_t chips);
  /// Zero for a group of one.
  Seconds operator()(Bytes size) const;

 private:
  bool is_alone_;
  AllReduceLatency latency_;
  BytesPerSecond one_shot_rate_;
  BytesPerSecond two_shot_rate_;
};

}  // namespace tokenfab
