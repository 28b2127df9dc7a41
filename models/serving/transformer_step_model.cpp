// SPDX-License-Identifier: Apache-2.0
#include "models/serving/transformer_step_model.hpp"

#include <algorithm>

#include "models/chip/clock.hpp"
#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

constexpr auto kv_part = static_cast<std::size_t>(TimePart::KvCache);
constexpr auto attention_part = static_cast<std::size_t>(TimePart::Attention);
constexpr auto overhead_part = static_cast<std::size_t>(TimePart::Overhead);
constexpr auto sampling_part = static_cast<std::size_t>(TimePart::Sampling);
constexpr auto communication_part = static_cast<std::size_t>(TimePart::Communication);
constexpr double activation_bytes = 2;  // bf16 between kernels
constexpr std::int64_t unit = DecodeRate::unit;

/// Tokens attended by `fresh` tokens after `before` cached ones, at most `cap` each: the causal
/// triangle p c + p^2 / 2 up to the cap, p cap beyond it.
double attended_pairs(double fresh, double before, double cap) {
  const double below = std::clamp(cap - before, 0.0, fresh);
  return below * before + below * below / 2 + (fresh - below) * cap;
}

}  // namespace

TransformerStepModel::TransformerStepModel(const TransformerConfig& model,
                                           const ChipConfig& configured, const EngineConfig& engine,
                                           Watts host_power)
    : engine_(engine),
      ranks_(engine.data_parallel_size * engine.pipeline_parallel_size),
      rate_(decode_rate_of(engine.speculative)),
      layers_(model.num_hidden_layers),
      expert_layers_(model.mixture ? model.mixture->layers : 0),
      context_part_(kv_part) {
  const auto chip = at_clock(configured, 1);  // slowed where it would exceed its power limit
  const auto& profile = engine.profile;
  const auto layers = static_cast<double>(model.num_hidden_layers);
  host_time_ = Duration::from_seconds(chip.serving.host_layer_time.si() *
                                      profile.host_layer_factor * layers);
  step_overhead_ = Duration::from_seconds(profile.step_overhead.si());
  sequence_overhead_ =
      Duration::from_seconds(profile.sequence_overhead.si() / static_cast<double>(ranks_));
  const auto span = chip.power_span();
  const auto levels = by_part(chip.power_level);
  for (std::size_t i = 0; i < time_part_count; ++i) {
    dynamic_power_w_[i] =
        static_cast<double>(engine.chips()) * (levels[i] * span + host_power).si();
  }
  build_attention(model, chip);
  build_layers(model, chip);
  build_drafter(model, chip);
}

void TransformerStepModel::add_attention(const AttentionLayers& kind, const ChipConfig& chip,
                                         DecodeTerms& decode) {
  const auto& profile = engine_.profile;
  const auto ranks = static_cast<double>(ranks_);
  const auto stages = static_cast<double>(engine_.pipeline_parallel_size);
  const auto copies = static_cast<double>(engine_.tensor_parallel_size);
  const auto cost = attention_cost(kind, chip, engine_, rate_.rows_per_sequence);
  const auto layers = static_cast<double>(kind.layers);
  const double served = layers * profile.decode_attention_factor;
  decode.launch += served * cost.decode.fixed.si();
  decode.per_sequence += served * cost.decode.per_sequence.si();
  const bool is_capped = kind.window || kind.top_k;
  (is_capped ? decode.capped : decode.context) += served * cost.decode.per_context_token.si();
  decode.context += served * cost.index_per_context_token.si();
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
  prefill.per_longest_token_s += factor * cost.prefill.per_longest_token.si() / stages;
  prefill.flop_per_pair += layers * cost.model_flop_per_pair;
  prefill.bytes_per_read_token += layers * copies * cost.cache_bytes_per_token;
  full_.per_pair_s += factor * cost.index_per_pair.si() / ranks;
  full_.flop_per_pair += layers * kind.index_flop_per_pair;
  full_.bytes_per_read_token += layers * copies * cost.index_bytes_per_token;
}

void TransformerStepModel::add_drafter_attention(const TransformerConfig& drafter,
                                                 const ChipConfig& chip, DecodeTerms& decode) {
  const auto& profile = engine_.profile;
  const auto ranks = static_cast<double>(ranks_);
  const auto stages = static_cast<double>(engine_.pipeline_parallel_size);
  const auto passes = static_cast<double>(engine_.speculative->num_speculative_tokens);
  const auto own = drafter_engine(drafter, engine_);
  for (const auto& kind : attention_layers(drafter)) {
    const auto first = attention_cost(kind, chip, own, rate_.rows_per_sequence);
    const auto further = attention_cost(kind, chip, own);
    const auto layers = static_cast<double>(kind.layers);
    const double served = layers * profile.decode_attention_factor;
    decode.launch += served * passes * first.decode.fixed.si();
    decode.per_sequence += served * passes * first.decode.per_sequence.si();
    // A cap of another size than the model's is left out: an upper bound.
    const auto cap = kind.window ? kind.window : kind.top_k;
    const bool is_capped = cap && context_cap_ && *cap == *context_cap_;
    (is_capped ? decode.capped : decode.context) +=
        served * (first.decode.per_context_token.si() +
                  (passes - 1) * further.decode.per_context_token.si());
    decode.context += served * (first.index_per_context_token.si() +
                                (passes - 1) * further.index_per_context_token.si());
    const double factor = layers * profile.prefill_attention_factor;
    prefill_launch_s_ += factor * first.prefill.launch.si();
    auto& prefill = is_capped ? capped_ : full_;
    prefill.per_new_token_s += factor * first.prefill.per_new_token.si() / ranks;
    prefill.per_read_token_s += factor * first.prefill.per_read_token.si() / ranks;
    prefill.per_pair_s += factor * first.prefill.per_pair.si() / ranks;
    prefill.per_cached_token_s += factor * first.expand_per_cached_token.si() / ranks;
    prefill.per_longest_token_s += factor * first.prefill.per_longest_token.si() / stages;
    full_.per_pair_s += factor * first.index_per_pair.si() / ranks;
  }
}

void TransformerStepModel::build_attention(const TransformerConfig& model, const ChipConfig& chip) {
  const auto ranks = static_cast<double>(ranks_);
  DecodeTerms decode;
  for (const auto& kind : attention_layers(model)) {
    add_attention(kind, chip, decode);
  }
  const auto state_bytes = state_elements_per_sequence(model) * activation_bytes;
  // A recurrent state is read and written once per decode step.
  state_bytes_per_sequence_ = 2 * state_bytes;
  decode.per_sequence +=
      state_bytes_per_sequence_ /
      (static_cast<double>(engine_.tensor_parallel_size) * chip.memory_bandwidth.si());
  if (const auto drafter = drafter_of(model, engine_.speculative)) {
    add_drafter_attention(*drafter, chip, decode);
  }
  decode_launch_ = Duration::from_seconds(decode.launch);
  decode_per_sequence_ = Duration::from_seconds(decode.per_sequence / ranks);
  decode_per_context_token_ = divisible(Duration::from_seconds(decode.context / ranks));
  decode_per_capped_token_ = divisible(Duration::from_seconds(decode.capped / ranks));
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
  const bool in_two_halves = engine_.enable_two_batch_overlap && engine_.expert_parallel_size > 1;
  // The budget counts every row; a full batch may still stand beside a full prefill budget.
  const auto sequence_rows = engine_.max_num_seqs * rate_.rows_per_sequence;
  const auto rows_max = engine_.max_num_batched_tokens + (engine_.speculative ? sequence_rows : 0);
  by_rows_ = RowTable(
      static_cast<std::size_t>(rows_max),
      [layers, in_two_halves, micro_batches, power_w = dynamic_power_w_](std::int64_t rows) {
        auto cost = layers_cost(layers, rows, in_two_halves, power_w);
        cost.weight_bytes = micro_batches * layers.weight_bytes(rows);
        return cost;
      });
  const double head_bytes = head * bytes_per_element(Precision::Bf16) * static_cast<double>(ranks_);
  by_sampled_rows_ = RowTable(static_cast<std::size_t>(sequence_rows),
                              [layers, head_bytes, power_w = dynamic_power_w_](std::int64_t rows) {
                                auto cost = head_cost(layers, rows, power_w);
                                cost.weight_bytes = head_bytes;
                                return cost;
                              });
}

void TransformerStepModel::build_drafter(const TransformerConfig& model, const ChipConfig& chip) {
  if (const auto drafter = drafter_of(model, engine_.speculative)) {
    drafter_.emplace(*drafter, chip, engine_, by_rows_.size() - 1,
                     static_cast<std::size_t>(engine_.max_num_seqs), dynamic_power_w_);
  }
}

TransformerStepModel::StepRows TransformerStepModel::rows_of(const StepShape& shape) const {
  std::uint64_t prompt_rows = 0;
  std::uint64_t prompts_ended = 0;
  for (const auto& chunk : shape.prefills) {
    prompt_rows += chunk.tokens;
    prompts_ended += chunk.is_last ? 1 : 0;
  }
  const std::uint64_t decoded = shape.decode_sequences;
  const std::uint64_t decode_rows = decoded * rate_.rows_per_sequence;
  const double gained = static_cast<double>(decoded * rate_.tokens_per_step) / DecodeRate::unit;
  return {decode_rows + prompt_rows, decode_rows + prompts_ended, decoded + prompts_ended,
          static_cast<double>(prompt_rows) + gained, static_cast<double>(prompts_ended) + gained};
}

StepCost TransformerStepModel::cost(const StepShape& shape) const {
  const auto of_step = rows_of(shape);
  const auto ranks = static_cast<std::uint64_t>(ranks_);
  const auto per_rank = [ranks](std::uint64_t count) { return (count + ranks - 1) / ranks; };
  const auto rows = per_rank(of_step.rows);
  const auto sampled_rows = per_rank(of_step.sampled);
  CHECK(of_step.rows > 0 && rows < by_rows_.size() && sampled_rows < by_sampled_rows_.size(),
        "{} tokens, {} sampled on {} ranks", of_step.rows, of_step.sampled, ranks);
  const std::int64_t phase = shape.decode_phase;
  const Context context{static_cast<std::int64_t>(shape.decode_context_tokens) * unit +
                            shape.decode_sequences * phase,
                        static_cast<std::int64_t>(shape.decode_capped_tokens) * unit +
                            shape.decode_growing_sequences * phase};
  const std::int64_t gain = rate_.tokens_per_step;
  const Context gained{shape.decode_sequences * gain, shape.decode_growing_sequences * gain};
  StepCost cost;
  StepWork& work = cost.first;
  const auto& layers = by_rows_[rows];
  const auto& head = by_sampled_rows_[sampled_rows];
  const auto sequences = static_cast<std::int64_t>(of_step.sequences);
  const std::int64_t batches = layers.exchange > Duration() ? 2 : 1;  // two halves
  for (std::size_t i = 0; i < time_part_count; ++i) {
    work.time_by_part[i] = layers.time[i] + head.time[i];
  }
  work.memory_bytes = layers.weight_bytes + head.weight_bytes;
  work.dynamic_energy_j = layers.energy_j + head.energy_j + step_energy_j_ +
                          static_cast<double>(sequences) * sequence_energy_j_;
  work.flop = of_step.useful_rows * flop_per_token_ + of_step.useful_sampled * flop_per_sampled_;
  if (shape.decode_sequences > 0) {
    work.time_by_part[overhead_part] += decode_launch_ * batches;
    work.time_by_part[kv_part] += decode_per_sequence_ * shape.decode_sequences;
    work.memory_bytes += shape.decode_sequences * state_bytes_per_sequence_;
    work.dynamic_energy_j += static_cast<double>(batches) * decode_launch_energy_j_ +
                             shape.decode_sequences * decode_energy_per_sequence_j_;
    add_context(context, work);
  }
  if (!shape.prefills.empty()) {
    add_prefills(shape, batches, work);
  } else {
    // Each further step attends to the tokens that the last one gained.
    add_context(gained, cost.growth);
    cost.steps_valid = context_cap_ ? shape.even_growth_steps : StepCost::unlimited;
  }
  if (layers.exchange > Duration()) {
    add_exchange(layers.exchange, head.time, context, gained, cost);
  }
  if (drafter_) {
    drafter_->add(rows, per_rank(of_step.sequences), work);
  }
  work.time_by_part[overhead_part] += step_overhead_;
  work.time_by_part[sampling_part] += sequence_overhead_ * sequences;
  return cost;
}

Duration TransformerStepModel::divisible(Duration per_token) const {
  return rate_.is_plain() ? per_token : (per_token + Duration::from_ticks(unit / 2)) / unit * unit;
}

Duration TransformerStepModel::context_time(const Context& context) const {
  return (decode_per_context_token_ * context.whole + decode_per_capped_token_ * context.capped) /
         unit;
}

Duration TransformerStepModel::hiding_context_time(const Context& context) const {
  const auto share = [this](Duration per_token) {
    return divisible(per_token * expert_layers_ / layers_);
  };
  return (share(decode_per_context_token_) * context.whole +
          share(decode_per_capped_token_) * context.capped) /
         unit;
}

void TransformerStepModel::add_context(const Context& context, StepWork& work) const {
  work.time_by_part[context_part_] += context_time(context);
  const double read = static_cast<double>(context.whole) / DecodeRate::unit;
  const double capped_read = static_cast<double>(context.capped) / DecodeRate::unit;
  const double gained = static_cast<double>(rate_.tokens_per_step) / DecodeRate::unit;
  work.dynamic_energy_j +=
      read * energy_per_context_token_j_ + capped_read * energy_per_capped_token_j_;
  work.flop += gained * (read * full_.flop_per_pair + capped_read * capped_.flop_per_pair);
  work.memory_bytes +=
      read * full_.bytes_per_read_token + capped_read * capped_.bytes_per_read_token;
}

void TransformerStepModel::add_exchange(Duration exchange, const Parts& head,
                                        const Context& context, const Context& gained,
                                        StepCost& cost) const {
  // Compute apart from attention over the cache, whose share is taken per token: linear to the
  // tick.
  Duration compute = -context_time(context);
  for (std::size_t i = 0; i < time_part_count; ++i) {
    compute += i == communication_part ? Duration() : cost.first.time_by_part[i] - head[i];
  }
  const auto hiding = compute * expert_layers_ / layers_ + hiding_context_time(context);
  const auto exposed = exchange - hiding;
  const auto shown = std::max(exposed, Duration()) + exchange / (2 * expert_layers_);
  cost.first.time_by_part[communication_part] += shown;
  cost.first.dynamic_energy_j += power_w(communication_part) * shown.seconds();
  const bool is_run = cost.steps_valid > 1;
  const auto shrinks = is_run ? hiding_context_time(gained) : Duration();
  if (exposed > Duration() && shrinks > Duration()) {
    cost.growth.time_by_part[communication_part] -= shrinks;
    cost.growth.dynamic_energy_j -= power_w(communication_part) * shrinks.seconds();
    const auto steps = exposed.ticks() / shrinks.ticks() + 1;
    cost.steps_valid = static_cast<std::int64_t>(
        std::min(static_cast<Int128>(cost.steps_valid), static_cast<Int128>(steps)));
  }
}

void TransformerStepModel::add_prefills(const StepShape& shape, std::int64_t batches,
                                        StepWork& work) const {
  double seconds = 0;
  double fresh_tokens = 0;
  double longest = 0;
  double longest_capped = 0;
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
    longest = std::max(longest, fresh + before);
    add(full_, fresh, fresh + before, fresh * before + fresh * fresh / 2);
    if (context_cap_) {
      const auto cap = static_cast<double>(*context_cap_);
      longest_capped = std::max(longest_capped, std::min(fresh + before, cap));
      add(capped_, fresh, fresh + std::min(before, cap), attended_pairs(fresh, before, cap));
    }
  }
  seconds += longest * full_.per_longest_token_s + longest_capped * capped_.per_longest_token_s;
  const double launch_s = static_cast<double>(batches) * prefill_launch_s_;
  work.time_by_part[overhead_part] += Duration::from_seconds(launch_s);
  work.time_by_part[attention_part] += Duration::from_seconds(seconds);
  work.dynamic_energy_j += power_w(overhead_part) * launch_s + power_w(attention_part) * seconds;
  const double decode_rows = static_cast<double>(shape.decode_sequences) * rate_.rows_per_sequence;
  const double rows = (fresh_tokens + decode_rows) / static_cast<double>(ranks_);
  if (rows > static_cast<double>(engine_.profile.cuda_graph_tokens)) {
    // Without a graph the host launches kernel by kernel: small steps wait for it.
    const auto device = work.time();
    if (device < host_time_) {
      work.time_by_part[overhead_part] += host_time_ - device;
      work.dynamic_energy_j += power_w(overhead_part) * (host_time_ - device).seconds();
    }
  }
}

}  // namespace tokenfab
