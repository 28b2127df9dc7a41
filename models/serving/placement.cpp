// SPDX-License-Identifier: Apache-2.0
#include "models/serving/placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tokenfab {
namespace {

double gigabytes(Bytes size) { return size.si() / 1e9; }

/// Peak of the profiling run with a full token budget: residual stream, norm output and attention
/// in and out (4 h), gate, up and product (3 f / t), and fp32 logits of every sequence.
/// An estimate: the real peak depends on the compiler's buffer reuse.
Bytes activation_peak(const TransformerConfig& model, const EngineConfig& engine) {
  const auto chips = static_cast<double>(engine.tensor_parallel_size);
  const auto tokens = static_cast<double>(engine.max_num_batched_tokens);
  const double per_token = 2 * (4 * static_cast<double>(model.hidden_size) +
                                3 * static_cast<double>(model.intermediate_size) / chips);
  const double logits =
      4 * static_cast<double>(engine.max_num_seqs) * static_cast<double>(model.vocab_size) / chips;
  return Bytes(tokens * per_token + logits);
}

Placement sizes(const TransformerConfig& model, const ChipConfig& chip,
                const EngineConfig& engine) {
  const auto chips = static_cast<double>(engine.tensor_parallel_size);
  const auto parameters = parameter_count(model);
  const auto kv_heads_per_chip =
      std::max(1.0, static_cast<double>(model.num_key_value_heads) / chips);
  Placement placement;
  placement.weights_per_chip =
      Bytes(parameters.layers * bytes_per_element(engine.quantization) / chips +
            (parameters.embedding + parameters.head) * 2 / chips + parameters.norms * 2);
  placement.activations_per_chip = activation_peak(model, engine);
  placement.reserved_per_chip = engine.profile.reserved_memory;
  placement.kv_cache_per_chip = chip.memory_capacity * engine.gpu_memory_utilization -
                                placement.weights_per_chip - placement.activations_per_chip -
                                placement.reserved_per_chip;
  placement.kv_bytes_per_token_per_chip =
      Bytes(kv_elements_per_token(model) / static_cast<double>(model.num_key_value_heads) *
            kv_heads_per_chip * bytes_per_element(engine.kv_cache_dtype));
  const auto block = static_cast<double>(engine.block_size);
  const double blocks =
      std::floor(placement.kv_cache_per_chip / (placement.kv_bytes_per_token_per_chip * block));
  placement.kv_blocks = blocks >= 1 ? static_cast<std::uint64_t>(blocks) : 0;
  placement.kv_tokens = placement.kv_blocks * static_cast<std::uint64_t>(engine.block_size);
  placement.context_tokens = engine.max_model_len
                                 ? std::min(*engine.max_model_len, model.max_position_embeddings)
                                 : model.max_position_embeddings;
  return placement;
}

/// Something is wrong with the division of the model: none if it divides.
std::string division_obstacle(const TransformerConfig& model, const ChipConfig& chip,
                              const EngineConfig& engine) {
  const auto chips = engine.tensor_parallel_size;
  if (model.num_attention_heads % chips != 0) {
    return fmt::format("{} attention heads do not divide by tensor_parallel_size {}",
                       model.num_attention_heads, chips);
  }
  if (model.num_key_value_heads % chips != 0 && chips % model.num_key_value_heads != 0) {
    return fmt::format(
        "{} key-value heads neither divide by tensor_parallel_size {} nor "
        "replicate evenly",
        model.num_key_value_heads, chips);
  }
  if (chips > chip.scale_up_domain) {
    return fmt::format("tensor_parallel_size {} exceeds the {} chips of {}'s scale-up domain",
                       chips, chip.scale_up_domain, chip.name);
  }
  return {};
}

std::string precision_obstacle(const ChipConfig& chip, const EngineConfig& engine) {
  for (const auto precision : {Precision::Bf16, engine.quantization}) {
    if (!peak(chip, precision) || chip.matmul.count(name_of(precision)) == 0) {
      return fmt::format("{} has no calibrated {} matrix products", chip.name, name_of(precision));
    }
  }
  if (chip.attention.count(name_of(engine.kv_cache_dtype)) == 0) {
    return fmt::format("{} has no calibrated attention with a {} KV cache", chip.name,
                       name_of(engine.kv_cache_dtype));
  }
  return {};
}

/// The smallest change of parallelism or precision that makes room.
std::string smallest_fix(const TransformerConfig& model, const ChipConfig& chip,
                         const EngineConfig& engine) {
  auto wider = engine;
  for (wider.tensor_parallel_size *= 2; wider.tensor_parallel_size <= chip.scale_up_domain;
       wider.tensor_parallel_size *= 2) {
    if (division_obstacle(model, chip, wider).empty() && sizes(model, chip, wider).kv_blocks > 0) {
      return fmt::format("smallest fix: tensor_parallel_size {}", wider.tensor_parallel_size);
    }
  }
  for (const auto precision : {Precision::Fp8, Precision::Fp4}) {
    auto narrower = engine;
    narrower.quantization = precision;
    if (precision_obstacle(chip, narrower).empty() && sizes(model, chip, narrower).kv_blocks > 0) {
      return fmt::format("smallest fix: quantization {}", name_of(precision));
    }
  }
  return "smallest fix: a chip with more memory";
}

}  // namespace

Placement place(const TransformerConfig& model, const ChipConfig& chip,
                const EngineConfig& engine) {
  auto placement = sizes(model, chip, engine);
  placement.obstacle = division_obstacle(model, chip, engine);
  if (placement.obstacle.empty()) {
    placement.obstacle = precision_obstacle(chip, engine);
  }
  if (placement.obstacle.empty() && placement.kv_blocks == 0) {
    placement.obstacle = fmt::format(
        "weights {:.1f} GB + activations {:.1f} GB + reserved {:.1f} GB per chip leave no room for "
        "a KV cache in {:.1f} GB x {:g}",
        gigabytes(placement.weights_per_chip), gigabytes(placement.activations_per_chip),
        gigabytes(placement.reserved_per_chip), gigabytes(chip.memory_capacity),
        engine.gpu_memory_utilization);
    placement.fix = smallest_fix(model, chip, engine);
  }
  if (placement.obstacle.empty() && !engine.enable_chunked_prefill &&
      engine.max_num_batched_tokens < placement.context_tokens) {
    placement.obstacle = fmt::format(
        "without chunked prefill max_num_batched_tokens {} must hold "
        "the longest request, {} tokens",
        engine.max_num_batched_tokens, placement.context_tokens);
    placement.fix = fmt::format("set max_num_batched_tokens to {}", placement.context_tokens);
  }
  if (placement.obstacle.empty() && engine.max_num_seqs > engine.max_num_batched_tokens) {
    placement.obstacle = fmt::format(
        "max_num_seqs {} exceeds max_num_batched_tokens {}: every running sequence "
        "takes a token of each step",
        engine.max_num_seqs, engine.max_num_batched_tokens);
    placement.fix = fmt::format("set max_num_batched_tokens to {}", engine.max_num_seqs);
  }
  return placement;
}

}  // namespace tokenfab
