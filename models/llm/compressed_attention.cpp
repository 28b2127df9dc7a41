// SPDX-License-Identifier: Apache-2.0
#include "models/llm/compressed_attention.hpp"

#include <fmt/format.h>

namespace tokenfab {
namespace {

double product(std::int64_t a, std::int64_t b) {
  return static_cast<double>(a) * static_cast<double>(b);
}

/// Tokens that the chosen entries stand for, and over which the last tokens are spread.
std::int64_t reach(const CompressedAttentionConfig& compressed) {
  return compressed.sparse_layers > 0 ? compressed.top_k * compressed.sparse_ratio
                                      : compressed.window;
}

}  // namespace

void add_compressed(const TransformerConfig& c, std::vector<MatrixProduct>& products) {
  const auto& compressed = *c.compressed_attention;
  const auto layers = c.full_layers();
  const auto sparse = compressed.sparse_layers;
  const auto width = c.num_attention_heads * c.head_size();
  const auto add = [&](std::string_view name, std::int64_t n, std::int64_t k, std::int64_t count,
                       TensorSplit split) {
    if (count > 0) {
      products.push_back({name, n, k, count, split, true});
    }
  };
  add("q_a", compressed.q_lora_rank, c.hidden_size, layers, TensorSplit::None);
  add("q_b", width, compressed.q_lora_rank, layers, TensorSplit::Columns);
  add("kv_a", c.head_size(), c.hidden_size, layers, TensorSplit::None);
  // A value and a gate, each twice where windows overlap: those of the sparse layers do.
  add("compressor", 4 * c.head_size(), c.hidden_size, sparse, TensorSplit::None);
  add("compressor", 2 * c.head_size(), c.hidden_size, compressed.dense_layers, TensorSplit::None);
  add("index queries", compressed.index_heads * compressed.index_head_dim, compressed.q_lora_rank,
      sparse, TensorSplit::None);
  add("index key", 4 * compressed.index_head_dim, c.hidden_size, sparse, TensorSplit::None);
  add("index weights", compressed.index_heads, c.hidden_size, sparse, TensorSplit::None);
  add("output groups", compressed.o_groups * compressed.o_lora_rank, width / compressed.o_groups,
      layers, TensorSplit::Columns);
  add("attention output", c.hidden_size, compressed.o_groups * compressed.o_lora_rank, layers,
      TensorSplit::Rows);
}

void add_compressed_layers(const TransformerConfig& c, std::vector<AttentionLayers>& kinds) {
  const auto& compressed = *c.compressed_attention;
  const auto add = [&](AttentionLayers kind, std::int64_t layers, double entries_per_token) {
    kind.layers = layers;
    kind.entries_per_token = entries_per_token;
    kind.cache_elements = static_cast<double>(c.head_size()) * entries_per_token;
    if (layers > 0) {
      kinds.push_back(kind);
    }
  };
  AttentionLayers kind;
  kind.heads = c.num_attention_heads;
  kind.kv_heads = kind.prefill_kv_heads = 1;
  kind.key_dim = kind.prefill_key_dim = c.head_size();
  kind.value_dim = kind.prefill_value_dim = c.head_size();
  kind.is_latent = true;
  auto sparse = kind;
  sparse.top_k = reach(compressed);
  const double share = 1 / static_cast<double>(compressed.sparse_ratio);
  sparse.index_flop_per_pair =
      2 * product(compressed.index_heads, compressed.index_head_dim + 1) * share;
  sparse.index_cache_elements = static_cast<double>(compressed.index_head_dim) * share;
  add(sparse, compressed.sparse_layers, share);
  add(kind, compressed.dense_layers, 1 / static_cast<double>(compressed.dense_ratio));
  auto last = kind;
  last.window = reach(compressed);
  // Layers with entries have a launch of their own already.
  last.shares_launch = compressed.sparse_layers + compressed.dense_layers > 0;
  add(last, c.full_layers(),
      static_cast<double>(compressed.window) / static_cast<double>(reach(compressed)));
}

double compressed_norms(const TransformerConfig& c) {
  return product(c.full_layers(), c.compressed_attention->q_lora_rank + c.head_size());
}

std::vector<std::string> compressed_contradictions(const TransformerConfig& c) {
  std::vector<std::string> found;
  const auto& compressed = *c.compressed_attention;
  if (c.latent_attention || c.sparse_attention || c.window_attention || c.linear_attention) {
    found.emplace_back("compressed_attention excludes the other kinds of attention");
  }
  if (c.num_key_value_heads != 1) {
    found.push_back(
        fmt::format("compressed_attention has one key-value head, not {}", c.num_key_value_heads));
  }
  if (compressed.sparse_layers + compressed.dense_layers > c.full_layers()) {
    found.push_back(fmt::format(
        "compressed_attention: sparse_layers {} and dense_layers {} are more than the {} layers",
        compressed.sparse_layers, compressed.dense_layers, c.full_layers()));
  }
  if (compressed.sparse_layers > 0 &&
      (compressed.index_heads < 1 || compressed.index_head_dim < 1 || compressed.top_k < 1)) {
    found.emplace_back(
        "compressed_attention: sparse_layers need index_heads, index_head_dim and top_k");
  }
  if ((c.num_attention_heads * c.head_size()) % compressed.o_groups != 0) {
    found.push_back(fmt::format("compressed_attention: o_groups {} does not divide the heads",
                                compressed.o_groups));
  }
  return found;
}

}  // namespace tokenfab
