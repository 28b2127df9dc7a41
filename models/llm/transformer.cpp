// SPDX-License-Identifier: Apache-2.0
#include "models/llm/transformer.hpp"

#include <fmt/format.h>

namespace tokenfab {
namespace {

double product(std::int64_t a, std::int64_t b) {
  return static_cast<double>(a) * static_cast<double>(b);
}

}  // namespace

void TransformerConfig::describe(Describe<TransformerConfig>& d) {
  using C = TransformerConfig;
  d.field("family", &C::family, "Name of the model family, for reports");
  d.field("num_hidden_layers", &C::num_hidden_layers, "Transformer layers")
      .required()
      .range(1, 1e4);
  d.field("hidden_size", &C::hidden_size, "Width of the residual stream").required().range(1, 1e6);
  d.field("num_attention_heads", &C::num_attention_heads, "Query heads").required().range(1, 1e4);
  d.field("num_key_value_heads", &C::num_key_value_heads, "Key and value heads")
      .required()
      .range(1, 1e4);
  d.field("head_dim", &C::head_dim, "Size of one head; hidden_size / num_attention_heads if absent")
      .range(1, 1e5);
  d.field("intermediate_size", &C::intermediate_size, "Width of the gated feed-forward network")
      .required()
      .range(1, 1e7);
  d.field("vocab_size", &C::vocab_size, "Tokens in the vocabulary").required().range(1, 1e8);
  d.field("max_position_embeddings", &C::max_position_embeddings, "Longest context in tokens")
      .required()
      .range(1, 1e9);
  d.field("tie_word_embeddings", &C::tie_word_embeddings, "Output head shares the embedding");
  d.field("attention_bias", &C::attention_bias, "Query, key and value projections have a bias");
  d.field("query_key_norm", &C::query_key_norm, "Heads are normalised (RMSNorm over head_dim)");
}

std::vector<std::string> contradictions(const TransformerConfig& config) {
  std::vector<std::string> found;
  if (!config.head_dim && config.hidden_size % config.num_attention_heads != 0) {
    found.push_back(
        fmt::format("hidden_size {} is not a multiple of num_attention_heads {}, and "
                    "no head_dim is given",
                    config.hidden_size, config.num_attention_heads));
  }
  if (config.num_attention_heads % config.num_key_value_heads != 0) {
    found.push_back(
        fmt::format("num_attention_heads {} is not a multiple of "
                    "num_key_value_heads {}",
                    config.num_attention_heads, config.num_key_value_heads));
  }
  return found;
}

ParameterCount parameter_count(const TransformerConfig& config) {
  const auto layers = static_cast<double>(config.num_hidden_layers);
  const auto hidden = static_cast<double>(config.hidden_size);
  const auto query_width = product(config.num_attention_heads, config.head_size());
  const auto kv_width = product(config.num_key_value_heads, config.head_size());
  ParameterCount count;
  count.embedding = product(config.vocab_size, config.hidden_size);
  count.head = config.tie_word_embeddings ? 0 : count.embedding;
  count.layers = layers * (hidden * (2 * query_width + 2 * kv_width) +
                           3 * hidden * static_cast<double>(config.intermediate_size));
  double norms = 2 * hidden;
  norms += config.attention_bias ? query_width + 2 * kv_width : 0;
  norms += config.query_key_norm ? 2 * static_cast<double>(config.head_size()) : 0;
  count.norms = layers * norms + hidden;
  return count;
}

std::vector<MatrixProduct> matrix_products(const TransformerConfig& config) {
  const auto layers = config.num_hidden_layers;
  const auto hidden = config.hidden_size;
  const auto query_width = config.num_attention_heads * config.head_size();
  const auto kv_width = config.num_key_value_heads * config.head_size();
  const auto ffn = config.intermediate_size;
  return {
      {"qkv", query_width + 2 * kv_width, hidden, layers, TensorSplit::Columns, true, false},
      {"attention output", hidden, query_width, layers, TensorSplit::Rows, true, false},
      {"gate and up", 2 * ffn, hidden, layers, TensorSplit::Columns, true, false},
      {"down", hidden, ffn, layers, TensorSplit::Rows, true, false},
      {"output head", config.vocab_size, hidden, 1, TensorSplit::Columns, false, true},
  };
}

double attention_flop_per_pair(const TransformerConfig& config) {
  return 4 * product(config.num_attention_heads, config.head_size()) *
         static_cast<double>(config.num_hidden_layers);
}

double kv_elements_per_token(const TransformerConfig& config) {
  return 2 * product(config.num_key_value_heads, config.head_size()) *
         static_cast<double>(config.num_hidden_layers);
}

}  // namespace tokenfab
