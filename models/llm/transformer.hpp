// SPDX-License-Identifier: Apache-2.0
// Dense decoder-only transformer with grouped-query attention and a gated feed-forward network.
//
// Says how many parameters there are, which matrix products and attentions one step runs, and how
// many bytes a token leaves in the KV cache. What a product costs is the chip's business.
//
// Parameters: embedding V h, per layer h d (2 n + 2 n_kv) + 3 h f + 2 h (+ biases, + 2 d query/key
// norms), final norm h, output head V h unless tied. FLOP per token: 2 per weight used plus
// 4 n d per token attended (docs: Narayanan 2021, arXiv:2104.04473; Korthikanti 2022,
// arXiv:2205.05198, both with multiply-add = 2).
// Left out: mixture of experts, latent attention, sliding windows, encoders.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/api/field.hpp"

namespace tokenfab {

struct TransformerConfig {
  std::string family;
  std::int64_t num_hidden_layers = 0;
  std::int64_t hidden_size = 0;
  std::int64_t num_attention_heads = 0;
  std::int64_t num_key_value_heads = 0;
  std::optional<std::int64_t> head_dim;
  std::int64_t intermediate_size = 0;
  std::int64_t vocab_size = 0;
  std::int64_t max_position_embeddings = 0;
  bool tie_word_embeddings = false;
  bool attention_bias = false;
  bool query_key_norm = false;

  std::int64_t head_size() const {
    return head_dim ? *head_dim : hidden_size / num_attention_heads;
  }

  static void describe(Describe<TransformerConfig>& d);
};

/// What the configuration's fields contradict, one sentence each; empty if consistent.
std::vector<std::string> contradictions(const TransformerConfig& config);

/// How tensor parallelism cuts a weight matrix.
enum class TensorSplit { Columns, Rows };

/// y[m, n] = x[m, k] W[k, n], run `count` times in a step.
struct MatrixProduct {
  std::string_view name;
  std::int64_t n;
  std::int64_t k;
  std::int64_t count;
  TensorSplit split;
  bool is_quantizable;     // follows the engine's weight quantization
  bool on_sampled_tokens;  // m counts sampled tokens (the output head), not all tokens
};

struct ParameterCount {
  double embedding = 0;  // input embedding, and the output head when tied
  double head = 0;       // separate output head
  double layers = 0;     // quantizable weights of all layers
  double norms = 0;      // norms and biases
  double total() const { return embedding + head + layers + norms; }
};

ParameterCount parameter_count(const TransformerConfig& config);

std::vector<MatrixProduct> matrix_products(const TransformerConfig& config);

/// FLOP of attending from one token to one token of context, all layers: scores and values,
/// 4 n d per layer.
double attention_flop_per_pair(const TransformerConfig& config);

/// Elements that one token leaves in the KV cache, all layers, all KV heads: 2 n_kv d per layer.
double kv_elements_per_token(const TransformerConfig& config);

}  // namespace tokenfab
