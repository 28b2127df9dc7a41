// SPDX-License-Identifier: Apache-2.0
// Cost of one engine step of a transformer on the chips of one replica: the sum of its kernels
// (models/chip/kernel_time.hpp), its collectives and the engine's overheads.
//
//   time = layers' matrix products + attention + small kernels + output head
//        + all-reduces of tokens x hidden + expert exchanges + stage hand-overs
//        + step and sequence overheads
//
// vLLM runs the parts one after another on one stream, so they add; in a mixed step decode and
// prefill share the matrix products and pay attention apart. What depends on the number of tokens
// is priced once per number; a step costs a few table look-ups.
//
// Parallelism in closed form: tensor parallelism cuts products and heads; d data-parallel ranks
// and p pipeline micro-batches each take their share of rows and context, and a step lasts as long
// as one micro-batch takes through all layers while the others fill the other stages. With expert
// parallelism each chip holds its share of the experts and rows are exchanged all-to-all; of E
// experts M tokens touch E (1 - (1 - k/E)^M).
//
// Speculative decoding (speculation.hpp): a sequence has 1 + k rows in the products, which read the
// cache together. Contexts are means of E tokens per step, in units of 1 / DecodeRate::unit tokens;
// a unit costs whole ticks, so that a run of steps and steps one by one cost the same to the tick.
//
// Two-batch overlap (DeepSeek-V3, arXiv:2412.19437, section 3.4): with W the compute of both halves
// in layers with experts and X their exchange, what shows of X is max(X - W, 0) + X / (2 L), the
// last term being the first exchange, behind which there is nothing yet; W holds what halves lose
// in efficiency. So a step is never shorter than all of its compute or all of its exchange.
//
// Energy above idle = sum over parts of (level x (rated power - idle) + host power) x time. A power
// limit below the rating slows the parts that would exceed it (models/chip/clock.hpp); a chip at a
// lower clock is handed in as at_clock() gives it.
// Arithmetic counts the model's own FLOP (no padding, no recompute), memory traffic the weights
// and the KV cache, as MFU and MBU are defined.
// Left out: other overlap of communication with compute, imbalance between data-parallel ranks,
// partly filled pipelines, the k tokens of context that drafts add for each other.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "models/chip/chip.hpp"
#include "models/llm/transformer.hpp"
#include "models/serving/drafter_cost.hpp"
#include "models/serving/engine_config.hpp"
#include "models/serving/layer_cost.hpp"
#include "models/serving/row_cost.hpp"
#include "sim/api/step.hpp"

namespace tokenfab {

class TransformerStepModel : public StepModel {
 public:
  /// The combination must be feasible: see placement.hpp. `host_power` is what a node's host draws
  /// above idle per working chip.
  TransformerStepModel(const TransformerConfig& model, const ChipConfig& chip,
                       const EngineConfig& engine, Watts host_power);

  StepCost cost(const StepShape& shape) const override;
  std::optional<std::uint32_t> context_cap() const override { return context_cap_; }
  DecodeRate decode_rate() const override { return rate_; }

 private:
  /// Attention of the layers that see the whole context, or of those that see a capped one; times
  /// on one rank per token or pair of the whole batch.
  struct AttentionTerms {
    double per_new_token_s = 0;
    double per_read_token_s = 0;
    double per_pair_s = 0;
    double per_cached_token_s = 0;   // read again from earlier chunks
    double per_longest_token_s = 0;  // read by the sequence that reads most
    double flop_per_pair = 0;
    double bytes_per_read_token = 0;  // all chips
  };

  /// Sums over the kinds of attention layers while they are built, in seconds.
  struct DecodeTerms {
    double launch = 0;
    double per_sequence = 0;
    double context = 0;
    double capped = 0;
  };
  /// Tokens attended, all sequences together, in units of 1 / DecodeRate::unit.
  struct Context {
    std::int64_t whole = 0;
    std::int64_t capped = 0;  // by layers with a cap
  };
  /// Rows and sequences of a step, all ranks together.
  struct StepRows {
    std::uint64_t rows = 0;
    std::uint64_t sampled = 0;    // rows with logits
    std::uint64_t sequences = 0;  // that get a token
    double useful_rows = 0;       // of which the drafts accepted in the mean
    double useful_sampled = 0;
  };

  StepRows rows_of(const StepShape& shape) const;
  void build_attention(const TransformerConfig& model, const ChipConfig& chip);
  void add_attention(const AttentionLayers& kind, const ChipConfig& chip, DecodeTerms& decode);
  void add_drafter_attention(const TransformerConfig& drafter, const ChipConfig& chip,
                             DecodeTerms& decode);
  void build_layers(const TransformerConfig& model, const ChipConfig& chip);
  void build_drafter(const TransformerConfig& model, const ChipConfig& chip);
  void add_context(const Context& context, StepWork& work) const;
  Duration context_time(const Context& context) const;
  /// The nearest duration that fractions of a token divide without rest, where there are any.
  Duration divisible(Duration per_token) const;
  /// Of that, in layers with experts.
  Duration hiding_context_time(const Context& context) const;
  /// `batches`: how often every kernel is launched.
  void add_prefills(const StepShape& shape, std::int64_t batches, StepWork& work) const;
  /// What compute does not hide of the exchange, and how that shrinks while contexts grow.
  void add_exchange(Duration exchange, const Parts& head, const Context& context,
                    const Context& gained, StepCost& cost) const;
  double power_w(std::size_t part) const { return dynamic_power_w_[part]; }

  EngineConfig engine_;
  std::int64_t ranks_;  // data-parallel ranks x pipeline micro-batches that share the rows
  std::optional<std::uint32_t> context_cap_;
  DecodeRate rate_;
  std::int64_t layers_;
  std::int64_t expert_layers_;

  RowTable by_rows_;          // layers; index = rows of one rank
  RowTable by_sampled_rows_;  // output head; index = sampled rows of one rank
  Duration decode_launch_;
  Duration decode_per_sequence_;
  Duration decode_per_context_token_;
  Duration decode_per_capped_token_;
  std::size_t context_part_;  // of decode attention: KvCache, or Attention if compute-bound
  double prefill_launch_s_ = 0;
  AttentionTerms full_;
  AttentionTerms capped_;
  double decode_launch_energy_j_ = 0;
  double decode_energy_per_sequence_j_ = 0;
  double energy_per_context_token_j_ = 0;
  double energy_per_capped_token_j_ = 0;
  double step_energy_j_ = 0;
  double sequence_energy_j_ = 0;
  Duration step_overhead_;
  Duration sequence_overhead_;
  Duration host_time_;  // least device time of a step without CUDA graphs

  std::optional<DrafterCost> drafter_;

  double flop_per_token_ = 0;
  double flop_per_sampled_ = 0;
  double state_bytes_per_sequence_ = 0;
  std::array<double, time_part_count> dynamic_power_w_;  // all chips of the replica
};

}  // namespace tokenfab
