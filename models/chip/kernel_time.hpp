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

/// Matrix product [m, k] x [k, n] in `format`, result in bf16. The chip must have the peak and
/// calibration of the activations' precision.
KernelTime matmul_time(const ChipConfig& chip, ProductFormat format, std::int64_t m, std::int64_t n,
                       std::int64_t k);

/// The same products for `groups` matrices at once, `rows` rows in all (routed experts).
KernelTime grouped_matmul_time(const ChipConfig& chip, ProductFormat format, double rows,
                               double groups, std::int64_t n, std::int64_t k);

/// Rows that a layer of routed experts takes on one chip.
struct RoutedRows {
  double rows = 0;
  double experts = 0;  // that get at least one
  double width = 0;    // of what comes in and goes out
};

/// One of the two products of such a layer, with half of what the layer's routing takes. A chip
/// without calibration for it does grouped_matmul_time.
KernelTime routed_product_time(const ChipConfig& chip, ProductFormat format,
                               const RoutedRows& routed, std::int64_t n, std::int64_t k);

/// Attention of one layer as one chip runs it.
struct AttentionShape {
  std::int64_t heads = 0;     // query heads on the chip
  std::int64_t kv_heads = 0;  // cached heads on the chip
  std::int64_t key_dim = 0;
  std::int64_t value_dim = 0;
  double cache_bytes = 0;    // per token, on the chip
  std::int64_t queries = 1;  // rows of one sequence that a decode verifies together
};

/// Decode attention: a fixed part, a part per sequence, and the time per token of context, so that
/// the total is linear in the context. The slower of reading the cache and of the arithmetic
/// counts; latent attention comes near the point where they are equal.
struct DecodeAttentionTime {
  Seconds fixed;
  Seconds per_sequence;
  Seconds per_context_token;
  bool is_compute_bound = false;
};
DecodeAttentionTime decode_attention_time(const ChipConfig& chip, Precision kv,
                                          const AttentionShape& shape);

/// Prefill attention as linear terms of one chunk: new tokens, tokens read, pairs attended.
struct PrefillAttentionTime {
  Seconds launch;  // once per step
  Seconds per_new_token;
  Seconds per_read_token;
  Seconds per_pair;
  Seconds per_longest_token;  // read by the sequence that reads most, once per step
};
PrefillAttentionTime prefill_attention_time(const ChipConfig& chip, Precision kv,
                                            const AttentionShape& shape);

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
