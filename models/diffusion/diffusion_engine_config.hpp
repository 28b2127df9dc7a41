// SPDX-License-Identifier: Apache-2.0
// How a diffusion model is run: parallelism under the names of xDiT (arXiv:2411.01738; Ulysses:
// arXiv:2309.14509; ring attention: arXiv:2310.01889) and the software whose overheads apply.
#pragma once

#include <string>

#include "models/chip/chip.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

/// What a software version adds to the chip's kernels. Fitted to image and video generation times
/// of that software (docs/validation.md); everything else comes from the chip's own calibration.
struct DiffusionProfileConfig {
  std::string engine;
  std::string version;
  std::string date;
  double attention_factor = 1;         // attention against the chip's prefill kernels
  double sublayer_passes = 0;          // memory accesses per element of a sublayer's output: norm,
                                       // modulation, gate, residual, each a kernel of its own
  double query_key_passes = 0;         // the same for normalized queries and keys
  double convolution_passes = 0;       // the same per feed-forward element of a gated convolution
  double vae_efficiency = 1;           // share of the bf16 peak when decoding
  double communication_factor = 1;     // exchanges against link bandwidth and latency
  Seconds host_sublayer_time;          // host time to launch a sublayer's kernels
  Seconds host_exchange_time;          // host time to launch one exchange between chips
  double elementwise_power_level = 1;  // way from idle to the limit in memory-bound small kernels
  double waiting_power_level = 0;      // the same while the chip waits for its host
  Bytes reserved_memory;               // per chip: context, communication buffers

  static void describe(Describe<DiffusionProfileConfig>& d);
};

struct DiffusionEngineConfig {
  DiffusionProfileConfig profile;
  std::int64_t tensor_parallel_size = 1;
  std::int64_t ulysses_degree = 1;  // sequence parallel: heads are exchanged for tokens
  std::int64_t ring_degree = 1;     // sequence parallel: keys and values go round
  std::int64_t cfg_parallel_size = 1;
  std::int64_t max_batch_size = 1;
  Precision quantization = Precision::Bf16;
  double gpu_memory_utilization = 0.95;

  std::int64_t sequence_parallel_size() const { return ulysses_degree * ring_degree; }
  std::int64_t chips() const {
    return tensor_parallel_size * sequence_parallel_size() * cfg_parallel_size;
  }
  static void describe(Describe<DiffusionEngineConfig>& d);
};

}  // namespace tokenfab
