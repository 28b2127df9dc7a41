// SPDX-License-Identifier: Apache-2.0
#include "models/serving/placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/serving/drafter_cost.hpp"
#include "models/serving/layer_cost.hpp"

namespace tokenfab {
namespace {

double gigabytes(Bytes size) { return size.si() / 1e9; }

/// Peak of the profiling run with a full token budget: residual stream, norm output and attention
/// in and out (4 h), gate, up and product (3 f / t), and fp32 logits of every sequence.
/// An estimate: the real peak depends on the compiler's buffer reuse.
Bytes activation_peak(const TransformerConfig& model, const EngineConfig& engine) {
  const auto chips = static_cast<double>(engine.tensor_parallel_size);
  const auto tokens = static_cast<double>(engine.max_num_batched_tokens);
  double width = static_cast<double>(model.intermediate_size);
  if (model.mixture) {
    // Rows of all top_k experts exist at once.
    width = std::max(width, static_cast<double>(model.mixture->num_experts_per_tok *
                                                model.mixture->moe_intermediate_size) +
                                static_cast<double>(model.mixture->shared_intermediate_size));
  }
  const double per_token = 2 * (4 * static_cast<double>(model.hidden_size) + 3 * width / chips);
  const auto rows_per_sequence = decode_rate_of(engine.speculative).rows_per_sequence;
  const double logits = 4 * static_cast<double>(engine.max_num_seqs * rows_per_sequence) *
                        static_cast<double>(model.vocab_size) / chips;
  return Bytes(tokens * per_token + logits);
}

/// Layers on one chip of a stage. Experts are spread over all its chips, as many on the fullest as
/// do not divide, the other layers over its tensor ranks.
double layer_bytes(const TransformerConfig& model, const EngineConfig& engine) {
  const auto parameters = parameter_count(model);
  const auto tensor = static_cast<double>(engine.tensor_parallel_size);
  const double element = bytes_per_element(engine.weight_precision());
  double experts = parameters.experts * element / tensor;
  if (engine.expert_parallel_size > 1 && model.mixture) {
    const auto held = experts_per_chip(model.mixture->num_experts, engine.redundant_experts,
                                       engine.expert_parallel_size);
    experts = parameters.experts * element * static_cast<double>(held) /
              static_cast<double>(model.mixture->num_experts);
  }
  const double mixers =
      parameters.attention * bytes_per_element(engine.mixer_format(model).weights);
  const double others = (parameters.dense_ffn + parameters.shared_ffn + parameters.other) * element;
  return (mixers + others) / tensor + experts + parameters.norms * 2;
}

double embedding_bytes(const TransformerConfig& model, const EngineConfig& engine) {
  const auto parameters = parameter_count(model);
  return (parameters.embedding + parameters.head) * 2 /
         static_cast<double>(engine.tensor_parallel_size);
}

Bytes weights_per_chip(const TransformerConfig& model, const EngineConfig& engine) {
  double bytes = layer_bytes(model, engine) / static_cast<double>(engine.pipeline_parallel_size) +
                 embedding_bytes(model, engine);
  if (const auto drafter = drafter_of(model, engine.speculative)) {
    const bool is_own = engine.speculative->method == SpeculationMethod::Mtp;
    const auto own_engine = drafter_engine(*drafter, engine);
    // The model's own prediction layers share its embedding and output head.
    bytes +=
        layer_bytes(*drafter, own_engine) * static_cast<double>(is_own ? model.mtp_layers : 1) +
        (is_own ? 0 : embedding_bytes(*drafter, own_engine));
  }
  return Bytes(bytes);
}

/// A sequence is charged a whole window from its first token. Estimate: one of more tokens than
/// this (the chunks of Llama 4 have 8,192) is rarely filled, and its cache is charged by token.
constexpr std::int64_t filled_window_max = 4096;

/// What one token, and what one sequence whatever its length, keep in a chip's memory.
struct CacheSizes {
  Bytes per_token;
  Bytes per_sequence;
};

CacheSizes layer_caches(const TransformerConfig& model, const EngineConfig& engine) {
  const auto tensor = engine.tensor_parallel_size;
  const double element = bytes_per_element(engine.kv_cache_dtype);
  const auto stages = static_cast<double>(engine.pipeline_parallel_size);
  double token = 0;
  double sequence = 2 * state_elements_per_sequence(model) / static_cast<double>(tensor);
  for (const auto& kind : attention_layers(model)) {
    const double share = static_cast<double>(heads_per_chip(kind.kv_heads, tensor)) /
                         static_cast<double>(kind.kv_heads);
    const double per_token = static_cast<double>(kind.layers) * element *
                             (kind.cache_elements * share + kind.index_cache_elements);
    if (kind.window && *kind.window <= filled_window_max) {
      sequence += per_token * static_cast<double>(*kind.window);
    } else {
      token += per_token;
    }
  }
  return {Bytes(token / stages), Bytes(sequence / stages)};
}

CacheSizes cache_sizes(const TransformerConfig& model, const EngineConfig& engine) {
  auto sizes = layer_caches(model, engine);
  if (const auto drafter = drafter_of(model, engine.speculative)) {
    const auto own = layer_caches(*drafter, drafter_engine(*drafter, engine));
    sizes.per_token += own.per_token;
    sizes.per_sequence += own.per_sequence;
  }
  return sizes;
}

Placement sizes(const TransformerConfig& model, const ChipConfig& chip,
                const EngineConfig& engine) {
  Placement placement;
  placement.weights_per_chip = weights_per_chip(model, engine);
  placement.activations_per_chip = activation_peak(model, engine);
  placement.reserved_per_chip = engine.profile.reserved_memory;
  placement.kv_cache_per_chip = chip.memory_capacity * engine.gpu_memory_utilization -
                                placement.weights_per_chip - placement.activations_per_chip -
                                placement.reserved_per_chip;
  const auto cache = cache_sizes(model, engine);
  placement.kv_bytes_per_token_per_chip = cache.per_token;
  const auto block = static_cast<double>(engine.block_size);
  const auto ranks = static_cast<std::uint64_t>(engine.data_parallel_size);
  std::uint64_t rank_blocks = 0;
  if (cache.per_token > Bytes(0)) {
    const double blocks = std::floor(placement.kv_cache_per_chip / (cache.per_token * block));
    rank_blocks = blocks >= 1 ? static_cast<std::uint64_t>(blocks) : 0;
    placement.sequence_blocks =
        static_cast<std::uint64_t>(std::ceil(cache.per_sequence / (cache.per_token * block)));
  }
  placement.kv_blocks = rank_blocks > placement.sequence_blocks ? rank_blocks * ranks : 0;
  placement.kv_tokens = placement.kv_blocks * static_cast<std::uint64_t>(engine.block_size);
  placement.context_tokens = engine.max_model_len
                                 ? std::min(*engine.max_model_len, model.max_position_embeddings)
                                 : model.max_position_embeddings;
  if (!engine.max_model_len && !engine.enable_chunked_prefill &&
      engine.profile.defaults.enable_chunked_prefill == false) {
    // An engine that is built this way rejects longer prompts instead of refusing to start.
    placement.context_tokens = std::min(placement.context_tokens, engine.max_num_batched_tokens);
  }
  if (ranks > 1 && placement.kv_blocks > 0) {
    // A sequence lives on one rank.
    const auto fits =
        (rank_blocks - placement.sequence_blocks) * static_cast<std::uint64_t>(engine.block_size);
    placement.context_tokens = std::min(placement.context_tokens, static_cast<std::int64_t>(fits));
  }
  return placement;
}

/// Something is wrong with the division of the model: none if it divides.
std::string division_obstacle(const TransformerConfig& model, const ChipConfig& chip,
                              const EngineConfig& engine) {
  const auto chips = engine.tensor_parallel_size;
  for (const auto& kind : attention_layers(model)) {
    if (kind.heads % chips != 0) {
      return fmt::format("{} attention heads do not divide by tensor_parallel_size {}", kind.heads,
                         chips);
    }
    if (kind.kv_heads % chips != 0 && chips % kind.kv_heads != 0) {
      return fmt::format(
          "{} key-value heads neither divide by tensor_parallel_size {} nor replicate evenly",
          kind.kv_heads, chips);
    }
  }
  std::optional<std::int64_t> cap;
  for (const auto& kind : attention_layers(model)) {
    const auto own = kind.window ? kind.window : kind.top_k;
    if (own && cap && *own != *cap) {
      return fmt::format(
          "layers that attend to at most {} and to at most {} tokens at once are "
          "not modelled",
          *cap, *own);
    }
    cap = own ? own : cap;
  }
  if (chips > chip.scale_up_domain) {
    return fmt::format("tensor_parallel_size {} exceeds the {} chips of {}'s scale-up domain",
                       chips, chip.scale_up_domain, chip.name);
  }
  if (engine.pipeline_parallel_size > model.num_hidden_layers) {
    return fmt::format("pipeline_parallel_size {} exceeds the model's {} layers",
                       engine.pipeline_parallel_size, model.num_hidden_layers);
  }
  return {};
}

std::string expert_obstacle(const TransformerConfig& model, const EngineConfig& engine) {
  const auto all = engine.tensor_parallel_size * engine.data_parallel_size;
  if (engine.expert_parallel_size > 1 && !model.mixture) {
    return "expert_parallel_size needs a model with experts";
  }
  if (engine.expert_parallel_size > 1 && engine.expert_parallel_size != all) {
    return fmt::format("expert_parallel_size {} must be 1 or tensor x data parallel, {}",
                       engine.expert_parallel_size, all);
  }
  if (engine.data_parallel_size > 1 && model.mixture && engine.expert_parallel_size == 1) {
    return fmt::format("data-parallel ranks share their experts: set expert_parallel_size to {}",
                       all);
  }
  if (engine.expert_parallel_size > 1 &&
      model.mixture->num_experts + engine.redundant_experts < engine.expert_parallel_size) {
    return fmt::format(
        "{} experts and {} redundant ones leave chips of expert_parallel_size {} empty",
        model.mixture->num_experts, engine.redundant_experts, engine.expert_parallel_size);
  }
  for (const auto& [expert, share] : engine.expert_load.shares) {
    if (!model.mixture || std::stoll(expert) >= model.mixture->num_experts) {
      return fmt::format("expert_load has a share of expert {}, which the model does not have",
                         expert);
    }
  }
  if (engine.data_parallel_size > 1 && !model.mixture) {
    return "data_parallel_size of a dense model is the same as more replicas";
  }
  return {};
}

std::string speculation_obstacle(const TransformerConfig& model, const ChipConfig& chip,
                                 const EngineConfig& engine) {
  if (!engine.speculative) {
    return {};
  }
  if (engine.speculative->method == SpeculationMethod::Mtp && model.mtp_layers == 0) {
    return "speculative method mtp needs a model with mtp_layers";
  }
  if (const auto& drafter = engine.speculative->draft_model) {
    const auto obstacle = division_obstacle(*drafter, chip, drafter_engine(*drafter, engine));
    return obstacle.empty() ? obstacle : "draft_model: " + obstacle;
  }
  return {};
}

std::string precision_obstacle(const ChipConfig& chip, const EngineConfig& engine) {
  for (const auto precision : {Precision::Bf16, engine.activation_precision()}) {
    if (!peak(chip, precision) || chip.matmul.count(calibration_key(precision)) == 0) {
      return fmt::format("{} has no calibrated {} matrix products", chip.name, name_of(precision));
    }
  }
  if (chip.attention.count(calibration_key(engine.kv_cache_dtype)) == 0) {
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
    narrower.weight_dtype = narrower.activation_dtype = FormatOverride::Auto;
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
    placement.obstacle = expert_obstacle(model, engine);
  }
  if (placement.obstacle.empty()) {
    placement.obstacle = speculation_obstacle(model, chip, engine);
  }
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
  const auto decode_rows =
      engine.max_num_seqs * decode_rate_of(engine.speculative).rows_per_sequence;
  if (placement.obstacle.empty() && decode_rows > engine.max_num_batched_tokens) {
    const auto each = decode_rows / engine.max_num_seqs;
    placement.obstacle = fmt::format(
        "max_num_seqs {} exceeds max_num_batched_tokens {}: every running sequence "
        "takes {} of each step",
        engine.max_num_seqs, engine.max_num_batched_tokens,
        each == 1 ? "a token" : fmt::format("{} tokens", each));
    placement.fix = fmt::format("set max_num_batched_tokens to {}", decode_rows);
  }
  return placement;
}

}  // namespace tokenfab
