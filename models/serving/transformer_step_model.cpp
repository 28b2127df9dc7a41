// SPDX-License-Identifier: Apache-2.0
#include "models/serving/transformer_step_model.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

constexpr auto kv_part = static_cast<std::size_t>(TimePart::KvCache);
constexpr auto attention_part = static_cast<std::size_t>(TimePart::Attention);
constexpr auto overhead_part = static_cast<std::size_t>(TimePart::Overhead);
constexpr auto sampling_part = static_cast<std::size_t>(TimePart::Sampling);
constexpr double activation_bytes = 2;  // bf16 between kernels

Parts to_ticks(const PartsS& seconds) {
  Parts ticks;
  for (std::size_t i = 0; i < time_part_count; ++i) {
    ticks[i] = Duration::from_seconds(seconds[i]);
  }
  return ticks;
}

/// Tokens attended by `fresh` tokens after `before` cached ones, at most `cap` each: the causal
/// triangle p c + p^2 / 2 up to the cap, p cap beyond it.
double attended_pairs(double fresh, double before, double cap) {
  const double below = std::clamp(cap - before, 0.0, fresh);
  return below * before + below * below / 2 + (fresh - below) * cap;
}

}  // namespace

TransformerStepModel::TransformerStepModel(const TransformerConfig& model, const ChipConfig& chip,
                                           const EngineConfig& engine, Watts host_power)
    : engine_(engine),
      ranks_(engine.data_parallel_size * engine.pipeline_parallel_size),
      context_part_(kv_part) {
  const auto& profile = engine.profile;
  const auto layers = static_cast<double>(model.num_hidden_layers);
  host_time_ = Duration::from_seconds(chip.serving.host_layer_time.si() *
                                      profile.host_layer_factor * layers);
  step_overhead_ = Duration::from_seconds(profile.step_overhead.si());
  sequence_overhead_ =
      Duration::from_seconds(profile.sequence_overhead.si() / static_cast<double>(ranks_));
  const auto span = chip.power_limit - chip.power_idle;
  const auto& level = chip.power_level;
  const PartsS levels{level.weights,       level.kv_cache, level.matmul,  level.attention,
                      level.communication, level.overhead, level.sampling};
  for (std::size_t i = 0; i < time_part_count; ++i) {
    dynamic_power_w_[i] =
        static_cast<double>(engine.chips()) * (levels[i] * span + host_power).si();
  }
  build_attention(model, chip);
  build_layers(model, chip);
}

void TransformerStepModel::build_attention(const TransformerConfig& model, const ChipConfig& chip) {
  const auto& profile = engine_.profile;
  const auto ranks = static_cast<double>(ranks_);
  const double copies = static_cast<double>(engine_.tensor_parallel_size);
  double launch_s = 0;
  double per_sequence_s = 0;
  double context_s = 0;
  double capped_s = 0;
  for (const auto& kind : attention_layers(model)) {
    const auto cost = attention_cost(kind, chip, engine_);
    const auto layers = static_cast<double>(kind.layers);
    const double decode = layers * profile.decode_attention_factor;
    launch_s += decode * cost.decode.fixed.si();
    per_sequence_s += decode * cost.decode.per_sequence.si();
    const bool is_capped = kind.window || kind.top_k;
    (is_capped ? capped_s : context_s) += decode * cost.decode.per_context_token.si();
    context_s += decode * cost.index_per_context_token.si();
    context_part_ = cost.decode.is_compute_bound ? attention_part : context_part_;
    if (is_capped) {
      context_cap_ = static_cast<std::uint32_t>(kind.window ? *kind.window : *kind.top_k);
    }
    const double factor = layers * profile.prefill_attention_factor;
    prefill_launch_s_ += factor * cost.prefill.launch.si();
    auto& prefill = is_capped ? capped_ : full_;
    prefill.per_new_token_s += factor * cost.prefill.per_new_token.si() / ranks;
    prefill.per_read_token_s += factor * cost.prefill.per_read_token.si() / ranks;
    prefill.per_pair_s += factor * cost.prefill.per_pair.si() / ranks;
    prefill.per_cached_token_s += factor * cost.expand_per_cached_token.si() / ranks;
    prefill.flop_per_pair += layers * cost.model_flop_per_pair;
    prefill.bytes_per_read_token += layers * copies * cost.cache_bytes_per_token;
    full_.per_pair_s += factor * cost.index_per_pair.si() / ranks;
    full_.flop_per_pair += layers * kind.index_flop_per_pair;
    full_.bytes_per_read_token += layers * copies * cost.index_bytes_per_token;
  }
  const auto state_bytes = state_elements_per_sequence(model) * activation_bytes;
  // A recurrent state is read and written once per decode step.
  state_bytes_per_sequence_ = 2 * state_bytes;
  per_sequence_s += state_bytes_per_sequence_ / (copies * chip.memory_bandwidth.si());
  decode_launch_ = Duration::from_seconds(launch_s);
  decode_per_sequence_ = Duration::from_seconds(per_sequence_s / ranks);
  decode_per_context_token_ = Duration::from_seconds(context_s / ranks);
  decode_per_capped_token_ = Duration::from_seconds(capped_s / ranks);
  // The energies of the same, so that a step adds products instead of converting ticks.
  decode_launch_energy_j_ = power_w(overhead_part) * decode_launch_.seconds();
  decode_energy_per_sequence_j_ = power_w(kv_part) * decode_per_sequence_.seconds();
  energy_per_context_token_j_ = power_w(context_part_) * decode_per_context_token_.seconds();
  energy_per_capped_token_j_ = power_w(context_part_) * decode_per_capped_token_.seconds();
  step_energy_j_ = power_w(overhead_part) * step_overhead_.seconds();
  sequence_energy_j_ = power_w(sampling_part) * sequence_overhead_.seconds();
}

void TransformerStepModel::build_layers(const TransformerConfig& model, const ChipConfig& chip) {
  const auto parameters = parameter_count(model);
  const double head = parameters.head > 0 ? parameters.head : parameters.embedding;
  flop_per_token_ =
      2 * (parameters.active() - parameters.embedding - parameters.head - parameters.norms) +
      recurrence_flop_per_token(model);
  flop_per_sampled_ = 2 * head;
  const LayerCosts layers(model, chip, engine_);
  const auto micro_batches = static_cast<double>(engine_.pipeline_parallel_size);
  by_rows_.resize(static_cast<std::size_t>(engine_.max_num_batched_tokens) + 1);
  for (std::size_t rows = 1; rows < by_rows_.size(); ++rows) {
    by_rows_[rows].time = to_ticks(layers.rows(static_cast<std::int64_t>(rows)));
    by_rows_[rows].energy_j = energy_j(by_rows_[rows].time);
    by_rows_[rows].weight_bytes =
        micro_batches * layers.weight_bytes(static_cast<std::int64_t>(rows));
  }
  by_sampled_rows_.resize(static_cast<std::size_t>(engine_.max_num_seqs) + 1);
  for (std::size_t rows = 1; rows < by_sampled_rows_.size(); ++rows) {
    by_sampled_rows_[rows].time = to_ticks(layers.head(static_cast<std::int64_t>(rows)));
    by_sampled_rows_[rows].energy_j = energy_j(by_sampled_rows_[rows].time);
    by_sampled_rows_[rows].weight_bytes =
        head * bytes_per_element(Precision::Bf16) * static_cast<double>(ranks_);
  }
}

StepCost TransformerStepModel::cost(const StepShape& shape) const {
  std::uint64_t tokens = shape.decode_sequences;
  std::uint64_t sampled = shape.decode_sequences;
  for (const auto& chunk : shape.prefills) {
    tokens += chunk.tokens;
    sampled += chunk.is_last ? 1 : 0;
  }
  const auto ranks = static_cast<std::uint64_t>(ranks_);
  const auto rows = (tokens + ranks - 1) / ranks;
  const auto sampled_rows = (sampled + ranks - 1) / ranks;
  CHECK(tokens > 0 && rows < by_rows_.size() && sampled_rows < by_sampled_rows_.size(),
        "{} tokens, {} sampled on {} ranks", tokens, sampled, ranks);
  StepCost cost;
  StepWork& work = cost.first;
  for (std::size_t i = 0; i < time_part_count; ++i) {
    work.time_by_part[i] = by_rows_[rows].time[i] + by_sampled_rows_[sampled_rows].time[i];
  }
  work.flop = static_cast<double>(tokens) * flop_per_token_ +
              static_cast<double>(sampled) * flop_per_sampled_;
  work.memory_bytes = by_rows_[rows].weight_bytes + by_sampled_rows_[sampled_rows].weight_bytes;
  work.dynamic_energy_j = by_rows_[rows].energy_j + by_sampled_rows_[sampled_rows].energy_j +
                          step_energy_j_ + static_cast<double>(sampled) * sequence_energy_j_;
  if (shape.decode_sequences > 0) {
    work.time_by_part[overhead_part] += decode_launch_;
    work.time_by_part[kv_part] += decode_per_sequence_ * shape.decode_sequences;
    work.memory_bytes += shape.decode_sequences * state_bytes_per_sequence_;
    work.dynamic_energy_j +=
        decode_launch_energy_j_ + shape.decode_sequences * decode_energy_per_sequence_j_;
    add_context(static_cast<std::int64_t>(shape.decode_context_tokens),
                static_cast<std::int64_t>(shape.decode_capped_tokens), work);
  }
  if (!shape.prefills.empty()) {
    add_prefills(shape, work);
  }
  work.time_by_part[overhead_part] += step_overhead_;
  work.time_by_part[sampling_part] += sequence_overhead_ * static_cast<std::int64_t>(sampled);
  if (shape.prefills.empty()) {
    // Each further step attends to one more token per sequence.
    add_context(shape.decode_sequences, shape.decode_growing_sequences, cost.growth);
    cost.steps_valid = context_cap_ ? shape.even_growth_steps : StepCost::unlimited;
  }
  return cost;
}

void TransformerStepModel::add_context(std::int64_t tokens, std::int64_t capped,
                                       StepWork& work) const {
  work.time_by_part[context_part_] +=
      decode_per_context_token_ * tokens + decode_per_capped_token_ * capped;
  work.dynamic_energy_j += static_cast<double>(tokens) * energy_per_context_token_j_ +
                           static_cast<double>(capped) * energy_per_capped_token_j_;
  work.flop += static_cast<double>(tokens) * full_.flop_per_pair +
               static_cast<double>(capped) * capped_.flop_per_pair;
  work.memory_bytes += static_cast<double>(tokens) * full_.bytes_per_read_token +
                       static_cast<double>(capped) * capped_.bytes_per_read_token;
}

void TransformerStepModel::add_prefills(const StepShape& shape, StepWork& work) const {
  double seconds = 0;
  double fresh_tokens = 0;
  const auto add = [&](const AttentionTerms& terms, double fresh, double read, double pairs) {
    seconds += fresh * terms.per_new_token_s + read * terms.per_read_token_s +
               (read - fresh) * terms.per_cached_token_s + pairs * terms.per_pair_s;
    work.flop += pairs * terms.flop_per_pair;
    work.memory_bytes += read * terms.bytes_per_read_token;
  };
  for (const auto& chunk : shape.prefills) {
    const auto fresh = static_cast<double>(chunk.tokens);
    const auto before = static_cast<double>(chunk.context_before);
    fresh_tokens += fresh;
    add(full_, fresh, fresh + before, fresh * before + fresh * fresh / 2);
    if (context_cap_) {
      const auto cap = static_cast<double>(*context_cap_);
      add(capped_, fresh, fresh + std::min(before, cap), attended_pairs(fresh, before, cap));
    }
  }
  work.time_by_part[overhead_part] += Duration::from_seconds(prefill_launch_s_);
  work.time_by_part[attention_part] += Duration::from_seconds(seconds);
  work.dynamic_energy_j +=
      power_w(overhead_part) * prefill_launch_s_ + power_w(attention_part) * seconds;
  const double rows = (fresh_tokens + shape.decode_sequences) / static_cast<double>(ranks_);
  if (rows > static_cast<double>(engine_.profile.cuda_graph_tokens)) {
    // Without a graph the host launches kernel by kernel: small steps wait for it.
    const auto device = work.time();
    if (device < host_time_) {
      work.time_by_part[overhead_part] += host_time_ - device;
      work.dynamic_energy_j += power_w(overhead_part) * (host_time_ - device).seconds();
    }
  }
}

double TransformerStepModel::energy_j(const Parts& time) const {
  double energy = 0;
  for (std::size_t i = 0; i < time_part_count; ++i) {
    energy += dynamic_power_w_[i] * time[i].seconds();
  }
  return energy;
}

}  // namespace tokenfab
