// SPDX-License-Identifier: Apache-2.0
// What the kernels of one micro-batch take on one chip: products, attention, and kernels bound by
// memory, forward and for both gradients. Collectives and launches are not among them.
//
//   product y = x W, m rows: forward [m, k][k, n], gradient of x [m, n][n, k], of W [k, m][m, n];
//   attention: 2 products per pair forward and 5 backward, which makes the scores again
//     (FlashAttention-2, arXiv:2307.08691, section 3.1.2), causal: half of the pairs;
//   without flash attention: 2 and 4 products over all pairs, and 13 bytes per score written and
//     read forward, 19 backward: scores, softmax, dropout and its mask (Korthikanti 2022,
//     arXiv:2205.05198, section 4.1, counts what of these is kept).
#pragma once

#include "models/chip/chip.hpp"
#include "models/llm/transformer.hpp"
#include "models/training/training_config.hpp"

namespace tokenfab {

/// Seconds, told apart by what the kernels do.
struct KernelSeconds {
  double matmul = 0;
  double attention = 0;
  double memory = 0;
  double total() const { return matmul + attention + memory; }
  KernelSeconds& operator+=(const KernelSeconds& other);
  KernelSeconds operator*(double factor) const;
};

struct PassSeconds {
  KernelSeconds forward;
  KernelSeconds recompute;  // of forward kernels in the backward pass
  KernelSeconds input_gradient;
  KernelSeconds weight_gradient;
  KernelSeconds all() const;
  PassSeconds operator*(double factor) const;
  PassSeconds& operator+=(const PassSeconds& other);
};

class TrainingKernels {
 public:
  TrainingKernels(const TransformerConfig& model, const ChipConfig& chip,
                  const TrainingConfig& config);

  /// All layers of the model, one micro-batch.
  PassSeconds layers() const;
  /// Output head and loss, one micro-batch.
  PassSeconds head() const;
  /// Reads and writes of `bytes` by kernels bound by memory.
  double memory_s(double bytes) const;

 private:
  void add_product(const MatrixProduct& product, PassSeconds& passes) const;
  void add_attention(const AttentionLayers& kind, PassSeconds& passes) const;
  void add_small_kernels(PassSeconds& passes) const;
  void add_recurrence(PassSeconds& passes) const;
  double quantization_s(double elements) const;

  const TransformerConfig& model_;
  ChipConfig chip_;
  const TrainingConfig& config_;
};

}  // namespace tokenfab
