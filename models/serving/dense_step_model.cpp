// SPDX-License-Identifier: Apache-2.0
#include "models/serving/dense_step_model.hpp"

#include <algorithm>

#include "models/chip/kernel_time.hpp"
#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

constexpr auto weights_part = static_cast<std::size_t>(TimePart::Weights);
constexpr auto kv_part = static_cast<std::size_t>(TimePart::KvCache);
constexpr auto matmul_part = static_cast<std::size_t>(TimePart::Matmul);
constexpr auto attention_part = static_cast<std::size_t>(TimePart::Attention);
constexpr auto communication_part = static_cast<std::size_t>(TimePart::Communication);
constexpr auto overhead_part = static_cast<std::size_t>(TimePart::Overhead);
constexpr double activation_bytes = 2;  // bf16 between kernels

using PartsS = std::array<double, time_part_count>;  // seconds

std::array<Duration, time_part_count> to_ticks(const PartsS& seconds) {
  std::array<Duration, time_part_count> ticks;
  for (std::size_t i = 0; i < time_part_count; ++i) {
    ticks[i] = Duration::from_seconds(seconds[i]);
  }
  return ticks;
}

std::int64_t per_chip(std::int64_t heads, std::int64_t chips) {
  return std::max<std::int64_t>(1, heads / chips);  // fewer heads than chips are replicated
}

void add_product(const ChipConfig& chip, const EngineConfig& engine, const MatrixProduct& product,
                 std::int64_t m, PartsS& parts) {
  const auto split = engine.tensor_parallel_size;
  const auto cut = [split](std::int64_t size) { return (size + split - 1) / split; };
  const auto n = product.split == TensorSplit::Columns ? cut(product.n) : product.n;
  const auto k = product.split == TensorSplit::Rows ? cut(product.k) : product.k;
  const auto precision = product.is_quantizable ? engine.quantization : Precision::Bf16;
  const auto time = matmul_time(chip, precision, m, n, k);
  const double factor = engine.profile.matmul_factor * static_cast<double>(product.count);
  parts[weights_part] += factor * time.memory.si();
  parts[matmul_part] += factor * time.compute.si();
  parts[overhead_part] += factor * time.fixed.si();
}

}  // namespace

DenseStepModel::DenseStepModel(const TransformerConfig& model, const ChipConfig& chip,
                               const EngineConfig& engine, Watts host_power)
    : chip_(chip),
      engine_(engine),
      chips_(static_cast<double>(engine.tensor_parallel_size)),
      layers_(model.num_hidden_layers),
      all_reduce_(chip, engine.tensor_parallel_size) {
  for (auto& [precision, fit] : chip_.matmul) {
    fit.quantize_row = fit.quantize_row * engine.profile.quantization_share;
    fit.quantize_element = fit.quantize_element * engine.profile.quantization_share;
  }
  const auto& profile = engine.profile;
  const auto kv = engine.kv_cache_dtype;
  const auto heads = per_chip(model.num_attention_heads, engine.tensor_parallel_size);
  const auto kv_heads = per_chip(model.num_key_value_heads, engine.tensor_parallel_size);
  const auto layers = static_cast<double>(layers_);

  const auto decode = decode_attention_time(chip_, kv, kv_heads, model.head_size());
  const double decode_factor = layers * profile.decode_attention_factor;
  decode_launch_ = Duration::from_seconds(decode_factor * decode.fixed.si());
  decode_per_sequence_ = Duration::from_seconds(decode_factor * decode.per_sequence.si());
  decode_per_context_token_ = Duration::from_seconds(decode_factor * decode.per_context_token.si());
  const auto prefill = prefill_attention_time(chip_, kv, heads, kv_heads, model.head_size());
  const double prefill_factor = layers * profile.prefill_attention_factor;
  prefill_launch_s_ = prefill_factor * prefill.launch.si();
  prefill_per_new_token_s_ = prefill_factor * prefill.per_new_token.si();
  prefill_per_read_token_s_ = prefill_factor * prefill.per_read_token.si();
  prefill_per_pair_s_ = prefill_factor * prefill.per_pair.si();
  host_time_ = Duration::from_seconds(chip.serving.host_layer_time.si() *
                                      profile.host_layer_factor * layers);
  step_overhead_ = Duration::from_seconds(profile.step_overhead.si());
  sequence_overhead_ = Duration::from_seconds(profile.sequence_overhead.si());

  const auto parameters = parameter_count(model);
  const double head = parameters.head > 0 ? parameters.head : parameters.embedding;
  flop_per_token_ = 2 * parameters.layers;
  flop_per_sampled_ = 2 * head;
  flop_per_pair_ = attention_flop_per_pair(model);
  weight_bytes_ = parameters.layers * bytes_per_element(engine.quantization) +
                  head * bytes_per_element(Precision::Bf16);
  kv_bytes_per_token_ = chips_ * static_cast<double>(kv_heads) /
                        static_cast<double>(model.num_key_value_heads) *
                        kv_elements_per_token(model) * bytes_per_element(kv);
  const auto span = chip_.power_limit - chip_.power_idle;
  const auto& level = chip_.power_level;
  const PartsS levels{level.weights,   level.kv_cache,      level.matmul,
                      level.attention, level.communication, level.overhead};
  for (std::size_t i = 0; i < time_part_count; ++i) {
    dynamic_power_w_[i] = chips_ * (levels[i] * span + host_power).si();
  }

  by_tokens_.resize(static_cast<std::size_t>(engine.max_num_batched_tokens) + 1);
  for (std::size_t m = 1; m < by_tokens_.size(); ++m) {
    by_tokens_[m] = token_parts(model, static_cast<std::int64_t>(m));
  }
  by_sampled_.resize(static_cast<std::size_t>(engine.max_num_seqs) + 1);
  for (std::size_t n = 0; n < by_sampled_.size(); ++n) {
    by_sampled_[n] = sampled_parts(model, static_cast<std::int64_t>(n));
  }
}

DenseStepModel::Parts DenseStepModel::token_parts(const TransformerConfig& model,
                                                  std::int64_t tokens) const {
  PartsS parts{};
  for (const auto& product : matrix_products(model)) {
    if (!product.on_sampled_tokens) {
      add_product(chip_, engine_, product, tokens, parts);
    }
  }
  const auto layers = static_cast<double>(layers_);
  const auto rows = static_cast<double>(tokens);
  const auto hidden = static_cast<double>(model.hidden_size);
  const auto head = static_cast<double>(model.head_size());
  // Traffic of a layer's small kernels in elements per token: two norms with residual read and
  // write twice each, rotary embedding reads and writes queries and keys and stores keys and
  // values, the gated activation reads two and writes one.
  const double elements = 8 * hidden +
                          head *
                              (2 * static_cast<double>(model.num_attention_heads) +
                               4 * static_cast<double>(model.num_key_value_heads)) /
                              chips_ +
                          3 * static_cast<double>(model.intermediate_size) / chips_;
  const auto& serving = chip_.serving;
  const double small_kernels = activation_bytes * rows * elements /
                               (chip_.memory_bandwidth.si() * serving.small_kernel_efficiency);
  const double gap = serving.layer_gap.si() * engine_.profile.layer_gap_factor;
  parts[overhead_part] += layers * (small_kernels + gap);
  const Bytes message(activation_bytes * rows * hidden);
  parts[communication_part] +=
      serving.communication_factor * (2 * layers + 1) * all_reduce_(message).si();
  return to_ticks(parts);
}

DenseStepModel::Parts DenseStepModel::sampled_parts(const TransformerConfig& model,
                                                    std::int64_t sampled) const {
  PartsS parts{};
  if (sampled > 0) {
    for (const auto& product : matrix_products(model)) {
      if (product.on_sampled_tokens) {
        add_product(chip_, engine_, product, sampled, parts);
      }
    }
  }
  return to_ticks(parts);
}

StepCost DenseStepModel::cost(const StepShape& shape) const {
  std::size_t tokens = shape.decode_sequences;
  std::size_t sampled = shape.decode_sequences;
  for (const auto& chunk : shape.prefills) {
    tokens += chunk.tokens;
    sampled += chunk.is_last ? 1 : 0;
  }
  CHECK(tokens > 0 && tokens < by_tokens_.size() && sampled < by_sampled_.size(),
        "{} tokens, {} sampled", tokens, sampled);
  StepCost cost;
  StepWork& work = cost.first;
  for (std::size_t i = 0; i < time_part_count; ++i) {
    work.time_by_part[i] = by_tokens_[tokens][i] + by_sampled_[sampled][i];
  }
  const auto context = static_cast<std::int64_t>(shape.decode_context_tokens);
  work.flop = static_cast<double>(tokens) * flop_per_token_ +
              static_cast<double>(sampled) * flop_per_sampled_ +
              static_cast<double>(context) * flop_per_pair_;
  work.memory_bytes = weight_bytes_ + static_cast<double>(context) * kv_bytes_per_token_;
  if (shape.decode_sequences > 0) {
    work.time_by_part[overhead_part] += decode_launch_;
    work.time_by_part[kv_part] +=
        decode_per_sequence_ * shape.decode_sequences + decode_per_context_token_ * context;
  }
  if (!shape.prefills.empty()) {
    add_prefills(shape, work);
  }
  work.time_by_part[overhead_part] +=
      step_overhead_ + sequence_overhead_ * static_cast<std::int64_t>(sampled);
  if (shape.prefills.empty()) {
    // Each further step attends to one more token per sequence.
    const auto sequences = static_cast<double>(shape.decode_sequences);
    cost.growth.time_by_part[kv_part] = decode_per_context_token_ * shape.decode_sequences;
    cost.growth.flop = sequences * flop_per_pair_;
    cost.growth.memory_bytes = sequences * kv_bytes_per_token_;
    cost.growth.dynamic_energy_j = energy_j(cost.growth.time_by_part);
    cost.steps_valid = StepCost::unlimited;
  }
  work.dynamic_energy_j = energy_j(work.time_by_part);
  return cost;
}

void DenseStepModel::add_prefills(const StepShape& shape, StepWork& work) const {
  double pairs = 0;
  double fresh = 0;
  double read = 0;
  for (const auto& chunk : shape.prefills) {
    const auto p = static_cast<double>(chunk.tokens);
    const auto c = static_cast<double>(chunk.context_before);
    pairs += p * c + p * p / 2;
    fresh += p;
    read += p + c;
  }
  work.flop += pairs * flop_per_pair_;
  work.memory_bytes += read * kv_bytes_per_token_;
  work.time_by_part[overhead_part] += Duration::from_seconds(prefill_launch_s_);
  work.time_by_part[attention_part] +=
      Duration::from_seconds(fresh * prefill_per_new_token_s_ + read * prefill_per_read_token_s_ +
                             pairs * prefill_per_pair_s_);
  if (fresh + shape.decode_sequences > static_cast<double>(engine_.profile.cuda_graph_tokens)) {
    // Without a graph the host launches kernel by kernel: small steps wait for it.
    const auto device = work.time();
    if (device < host_time_) {
      work.time_by_part[overhead_part] += host_time_ - device;
    }
  }
}

double DenseStepModel::energy_j(const Parts& time) const {
  double energy = 0;
  for (std::size_t i = 0; i < time_part_count; ++i) {
    energy += dynamic_power_w_[i] * time[i].seconds();
  }
  return energy;
}

}  // namespace tokenfab
