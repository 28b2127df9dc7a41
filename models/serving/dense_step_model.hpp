// SPDX-License-Identifier: Apache-2.0
// Cost of one engine step of a dense transformer on t tensor-parallel chips: the sum of its
// kernels (models/chip/kernel_time.hpp) and the engine's overheads.
//
//   time = layers x (4 matrix products + attention + small kernels) + output head
//        + (2 layers + 1) all-reduces of tokens x hidden + step and sequence overheads
//
// vLLM runs the parts one after another on one stream, so they add; in a mixed step decode and
// prefill share the matrix products and pay attention apart. Everything that depends on the number
// of tokens is tabulated at construction; a step costs a few table look-ups.
//
// Energy above idle = sum over parts of (level x (power limit - idle) + host power) x time.
// Arithmetic counts the model's own FLOP (no padding, no recompute), memory traffic the weights
// and the KV cache, as MFU and MBU are defined.
// Left out: overlap of communication with compute, pipeline and expert parallelism, power capping.
#pragma once

#include <array>
#include <vector>

#include "models/chip/chip.hpp"
#include "models/chip/kernel_time.hpp"
#include "models/llm/transformer.hpp"
#include "models/serving/engine_config.hpp"
#include "sim/api/step.hpp"

namespace tokenfab {

class DenseStepModel : public StepModel {
 public:
  /// The combination must be feasible: see placement.hpp.
  /// `host_power` is what a node's host draws above idle per working chip.
  DenseStepModel(const TransformerConfig& model, const ChipConfig& chip, const EngineConfig& engine,
                 Watts host_power);

  StepCost cost(const StepShape& shape) const override;

 private:
  using Parts = std::array<Duration, time_part_count>;

  Parts token_parts(const TransformerConfig& model, std::int64_t tokens) const;
  Parts sampled_parts(const TransformerConfig& model, std::int64_t sampled) const;
  void add_prefills(const StepShape& shape, StepWork& work) const;
  double energy_j(const Parts& time) const;

  ChipConfig chip_;
  EngineConfig engine_;
  double chips_;
  std::int64_t layers_;
  AllReduceTime all_reduce_;

  std::vector<Parts> by_tokens_;   // layer products, small kernels, collectives; index = tokens
  std::vector<Parts> by_sampled_;  // output head and per-sequence work; index = sampled tokens
  Duration decode_launch_;
  Duration decode_per_sequence_;
  Duration decode_per_context_token_;
  double prefill_launch_s_;
  double prefill_per_new_token_s_;
  double prefill_per_read_token_s_;
  double prefill_per_pair_s_;
  Duration step_overhead_;
  Duration sequence_overhead_;
  Duration host_time_;  // least device time of a step without CUDA graphs

  double flop_per_token_;
  double flop_per_sampled_;
  double flop_per_pair_;
  double weight_bytes_;                                  // read once per step, all chips
  double kv_bytes_per_token_;                            // read per token attended, all chips
  std::array<double, time_part_count> dynamic_power_w_;  // all chips of the replica
};

}  // namespace tokenfab
