// SPDX-License-Identifier: Apache-2.0
// A training framework's version: what it adds to its kernels and hides behind them. Fitted to
// published steps of that version (docs/training.md).
#pragma once

#include <string>

#include "sim/api/field.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

struct TrainingEngineConfig {
  std::string engine;
  std::string version;
  std::string date;
  bool flash_attention = true;  // false: scores are written to memory (Korthikanti 2022)
  double matmul_factor = 1;     // against the chip's training calibration
  double attention_factor = 1;  // the same
  double small_kernel_factor = 1;
  double expert_factor = 1;       // grouped products of experts against single ones
  double quantization_share = 1;  // of casts and transposes not fused into other kernels
  double tensor_overlap = 0;      // share of tensor-parallel collectives that can be hidden
  double data_overlap = 0;        // share of the compute beside them that hides data-parallel ones
  double expert_overlap = 0;      // the same for the exchange of rows between experts
  double expert_row_passes = 4;   // reads and writes of a routed row outside products, forward
  Seconds expert_overhead;        // host waits for the rows' counts, per mixture layer as below
  Seconds layer_overhead;         // launches and host per layer, forward and backward
  Seconds step_overhead;          // data, synchronization and logging of a step
  Bytes reserved_memory;          // context, communication buffers, fragments

  static void describe(Describe<TrainingEngineConfig>& d);
};

}  // namespace tokenfab
