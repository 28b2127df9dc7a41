// SPDX-License-Identifier: Apache-2.0
#include "models/serving/layer_cost.hpp"

#include <algorithm>
#include <cmath>

#include "models/interconnect/chip_link.hpp"

namespace tokenfab {
namespace {

constexpr auto weights_part = static_cast<std::size_t>(TimePart::Weights);
constexpr auto matmul_part = static_cast<std::size_t>(TimePart::Matmul);
constexpr auto attention_part = static_cast<std::size_t>(TimePart::Attention);
constexpr auto communication_part = static_cast<std::size_t>(TimePart::Communication);
constexpr auto overhead_part = static_cast<std::size_t>(TimePart::Overhead);
constexpr double activation_bytes = 2;  // bf16 between kernels

}  // namespace

std::int64_t heads_per_chip(std::int64_t heads, std::int64_t chips) {
  return std::max<std::int64_t>(1, heads / chips);
}

AttentionCost attention_cost(const AttentionLayers& kind, const ChipConfig& chip,
                             const EngineConfig& engine, std::int64_t queries) {
  const auto split = engine.tensor_parallel_size;
  const auto kv = engine.kv_cache_dtype;
  AttentionCost cost;
  const auto kv_heads = heads_per_chip(kind.kv_heads, split);
  const double share = static_cast<double>(kv_heads) / static_cast<double>(kind.kv_heads);
  cost.cache_bytes_per_token = kind.cache_elements * share * bytes_per_element(kv);
  // Times are of one entry of the cache; a token of context is entries_per_token of them.
  const double entries = kind.entries_per_token;
  const double entry_bytes = cost.cache_bytes_per_token / entries;
  const AttentionShape decode{heads_per_chip(kind.heads, split),
                              kv_heads,
                              kind.key_dim,
                              kind.value_dim,
                              entry_bytes,
                              queries};
  cost.decode = decode_attention_time(chip, kv, decode);
  cost.decode.per_context_token = cost.decode.per_context_token * entries;
  const AttentionShape prefill{heads_per_chip(kind.heads, split),
                               heads_per_chip(kind.prefill_kv_heads, split), kind.prefill_key_dim,
                               kind.prefill_value_dim, entry_bytes};
  cost.prefill = prefill_attention_time(chip, kv, prefill);
  cost.prefill.per_read_token = cost.prefill.per_read_token * entries;
  cost.prefill.per_pair = cost.prefill.per_pair * entries;
  if (kind.shares_launch) {
    cost.decode.fixed = cost.decode.per_sequence = Seconds();
    cost.prefill.launch = cost.prefill.per_new_token = Seconds();
  }
  cost.model_flop_per_pair = kind.prefill_flop_per_pair();
  cost.expand_per_cached_token =
      Flop(kind.prefill_expand_flop / static_cast<double>(split)) /
      (chip.peak_bf16 * chip.matmul.at(name_of(Precision::Bf16)).compute_efficiency);
  if (kind.top_k) {
    // The indexer is replicated: every chip scores all of its heads.
    const auto& fit = chip.attention.at(calibration_key(kv));
    cost.index_bytes_per_token = kind.index_cache_elements * bytes_per_element(kv);
    cost.index_per_pair =
        Flop(kind.index_flop_per_pair) / (chip.peak_bf16 * fit.prefill_compute_efficiency);
    const auto memory =
        Bytes(cost.index_bytes_per_token) / (chip.memory_bandwidth * fit.decode_memory_efficiency);
    cost.index_per_context_token =
        std::max(memory, cost.index_per_pair * static_cast<double>(queries));
  }
  return cost;
}

LayerCosts::LayerCosts(const TransformerConfig& model, const ChipConfig& chip,
                       const EngineConfig& engine)
    : model_(model),
      chip_(chip),
      engine_(engine),
      products_(matrix_products(model)),
      all_reduce_(chip, engine.tensor_parallel_size),
      stage_link_(link_of(chip, engine.tensor_parallel_size * engine.pipeline_parallel_size)),
      exchange_(model, chip, engine),
      busiest_chip_(engine.busiest_expert_chip(model)) {
  for (auto& [precision, fit] : chip_.matmul) {
    fit.quantize_row = fit.quantize_row * engine.profile.quantization_share;
    fit.quantize_element = fit.quantize_element * engine.profile.quantization_share;
  }
  const auto parameters = parameter_count(model);
  mixer_weights_ = parameters.attention;
  dense_weights_ = parameters.total() - parameters.experts - parameters.embedding -
                   parameters.head - mixer_weights_;
}

double LayerCosts::owners() const {
  return static_cast<double>(spreads_experts() ? engine_.expert_parallel_size : 1);
}

double LayerCosts::touched_experts(const MatrixProduct& product, double rows) const {
  const auto copies = spreads_experts() ? engine_.redundant_experts : 0;
  const auto experts = static_cast<double>(product.experts + copies);
  const auto top_k = static_cast<double>(product.top_k);
  // Where they do not divide evenly the fullest chip is the last to be ready.
  const double slots =
      owners() * static_cast<double>(experts_per_chip(product.experts, copies,
                                                      static_cast<std::int64_t>(owners())));
  return slots * -std::expm1(rows * std::log1p(-std::min(top_k / experts, 1 - 1e-12)));
}

void LayerCosts::add(const MatrixProduct& product, std::int64_t rows, PartsS& parts) const {
  const auto split = engine_.tensor_parallel_size;
  const auto cut = [split](std::int64_t size) { return (size + split - 1) / split; };
  const bool is_routed = product.rows == ProductRows::RoutedTokens;
  const bool is_whole = product.split == TensorSplit::None || (is_routed && spreads_experts());
  const auto n = !is_whole && product.split == TensorSplit::Columns ? cut(product.n) : product.n;
  const auto k = !is_whole && product.split == TensorSplit::Rows ? cut(product.k) : product.k;
  const auto quantized = product.is_mixer ? engine_.mixer_format(model_) : engine_.product_format();
  const auto format = product.is_quantizable ? quantized : Precision::Bf16;
  KernelTime time;
  if (is_routed) {
    // With expert parallelism the ranks' rows meet, and each chip takes its share of them.
    const auto met = static_cast<double>(rows) *
                     static_cast<double>(spreads_experts() ? engine_.data_parallel_size : 1);
    const double routed = met * static_cast<double>(product.top_k) / owners() * busiest_chip_;
    const auto& mixture = *model_.mixture;
    const auto width = mixture.latent_size > 0 ? mixture.latent_size : model_.hidden_size;
    time = routed_product_time(
        chip_, format,
        {routed, touched_experts(product, met) / owners(), static_cast<double>(width)}, n, k);
  } else {
    time = matmul_time(chip_, format, rows, n, k);
  }
  const auto& profile = engine_.profile;
  const double factor = (is_routed ? profile.expert_factor : profile.matmul_factor) *
                        static_cast<double>(product.count);
  parts[weights_part] += factor * time.memory.si();
  parts[matmul_part] += factor * time.compute.si();
  parts[overhead_part] += factor * time.fixed.si();
}

double LayerCosts::small_elements_per_row() const {
  // Traffic of the small kernels in elements per token: two norms per layer with residual read and
  // written twice each, rotary embedding reads and writes queries and keys and stores keys and
  // values, the gated activation reads two and writes one; experts also gather and scatter rows,
  // unless their calibration has it.
  const auto split = static_cast<double>(engine_.tensor_parallel_size);
  const auto hidden = static_cast<double>(model_.hidden_size);
  double elements = 8 * hidden * static_cast<double>(model_.num_hidden_layers);
  for (const auto& kind : attention_layers(model_)) {
    if (kind.shares_launch) {
      continue;
    }
    elements += static_cast<double>(kind.layers * kind.key_dim) *
                static_cast<double>(2 * kind.heads + 4 * kind.kv_heads) / split;
  }
  elements += 3 * static_cast<double>(model_.dense_layers() * model_.intermediate_size) / split;
  if (model_.mixture) {
    const auto& mixture = *model_.mixture;
    const auto top_k = static_cast<double>(mixture.num_experts_per_tok);
    double per_layer = 3 * static_cast<double>(mixture.shared_intermediate_size) / split;
    if (moe_calibration(chip_, engine_.product_format()) == nullptr) {
      per_layer += 3 * top_k * static_cast<double>(mixture.moe_intermediate_size) / split +
                   2 * (top_k + 1) * hidden;
    }
    elements += static_cast<double>(mixture.layers) * per_layer;
  }
  return elements;
}

double LayerCosts::communication_s(std::int64_t rows) const {
  const auto hidden = static_cast<double>(model_.hidden_size);
  const Bytes message(activation_bytes * static_cast<double>(rows) * hidden);
  const double moe_layers = model_.mixture ? static_cast<double>(model_.mixture->layers) : 0;
  const double mixers = static_cast<double>(model_.mixer_layers());
  const double dense = static_cast<double>(model_.dense_layers());
  // One all-reduce after every mixer and every feed-forward layer, one for the embedding.
  const double reduces = mixers + dense + (spreads_experts() ? 0 : moe_layers) + 1;
  const double seconds = chip_.serving.communication_factor * engine_.profile.communication_factor *
                         reduces * all_reduce_(message).si();
  const auto hops = static_cast<double>(engine_.pipeline_parallel_size - 1);
  return seconds + hops * point_to_point(stage_link_, message).si();
}

double LayerCosts::exchange_s(std::int64_t rows) const {
  return spreads_experts() ? static_cast<double>(model_.mixture->layers) * exchange_(rows).si() : 0;
}

PartsS LayerCosts::rows(std::int64_t rows) const {
  auto parts = rows_without_exchange(rows);
  parts[communication_part] += exchange_s(rows);
  return parts;
}

PartsS LayerCosts::rows_without_exchange(std::int64_t rows) const {
  PartsS parts{};
  for (const auto& product : products_) {
    if (product.rows != ProductRows::SampledTokens) {
      add(product, rows, parts);
    }
  }
  const auto& serving = chip_.serving;
  const double small_kernels = activation_bytes * static_cast<double>(rows) *
                               small_elements_per_row() /
                               (chip_.memory_bandwidth.si() * serving.small_kernel_efficiency);
  const double gaps = static_cast<double>(model_.num_hidden_layers) * serving.layer_gap.si() *
                      engine_.profile.layer_gap_factor;
  parts[overhead_part] += small_kernels + gaps;
  parts[communication_part] += communication_s(rows);
  const auto recurrence = Flop(recurrence_flop_per_token(model_) * static_cast<double>(rows) /
                               static_cast<double>(engine_.tensor_parallel_size));
  const auto& fit = chip_.attention.at(calibration_key(engine_.kv_cache_dtype));
  parts[attention_part] += (recurrence / (chip_.peak_bf16 * fit.prefill_compute_efficiency)).si();
  return parts;
}

PartsS LayerCosts::head(std::int64_t rows) const {
  PartsS parts{};
  for (const auto& product : products_) {
    if (product.rows == ProductRows::SampledTokens) {
      add(product, rows, parts);
    }
  }
  return parts;
}

double LayerCosts::weight_bytes(std::int64_t rows) const {
  const auto ranks = static_cast<double>(engine_.data_parallel_size);
  const double element = bytes_per_element(engine_.weight_precision());
  const double mixer_element = bytes_per_element(engine_.mixer_format(model_).weights);
  double bytes = ranks * (dense_weights_ * element + mixer_weights_ * mixer_element);
  for (const auto& product : products_) {
    if (product.rows == ProductRows::RoutedTokens) {
      const double met = static_cast<double>(rows) * (spreads_experts() ? ranks : 1);
      const double copies = spreads_experts() ? 1 : ranks;
      bytes += copies * static_cast<double>(product.count) * touched_experts(product, met) *
               static_cast<double>(product.n) * static_cast<double>(product.k) * element;
    }
  }
  return bytes;
}

}  // namespace tokenfab
