// SPDX-License-Identifier: Apache-2.0
#include "models/llm/transformer.hpp"

#include <cmath>

#include "models/llm/compressed_attention.hpp"

namespace tokenfab {
namespace {

double product(std::int64_t a, std::int64_t b) {
  return static_cast<double>(a) * static_cast<double>(b);
}

/// Query and key-value heads of one kind of layers.
struct HeadShape {
  std::int64_t heads;
  std::int64_t kv_heads;
  std::int64_t key_dim;
  std::int64_t value_dim;
  bool has_values;  // a value projection of its own
};

HeadShape full_shape(const TransformerConfig& c) {
  return {c.num_attention_heads, c.num_key_value_heads, c.head_size(), c.value_head_size(),
          !c.attention_k_eq_v};
}

HeadShape window_shape(const TransformerConfig& c) {
  const auto& window = *c.window_attention;
  const auto key_dim = window.head_dim.value_or(c.head_size());
  const auto same = window.head_dim ? key_dim : c.value_head_size();
  return {window.num_attention_heads.value_or(c.num_attention_heads),
          window.num_key_value_heads.value_or(c.num_key_value_heads), key_dim,
          window.v_head_dim.value_or(same), true};
}

void add_grouped(const TransformerConfig& c, const HeadShape& shape, std::int64_t layers,
                 std::vector<MatrixProduct>& products) {
  const auto query_width = shape.heads * shape.key_dim;
  const auto output_width = shape.heads * shape.value_dim;
  const auto kv_width = shape.kv_heads * (shape.key_dim + (shape.has_values ? shape.value_dim : 0));
  const auto gate_width = c.attention_output_gate ? output_width : 0;
  products.push_back({"qkv", query_width + kv_width + gate_width, c.hidden_size, layers,
                      TensorSplit::Columns, true});
  products.push_back(
      {"attention output", c.hidden_size, output_width, layers, TensorSplit::Rows, true});
}

/// DeepSeek-V2, arXiv:2405.04434, equations 9 to 13 and 37 to 47. Absorbed into the query and the
/// output, kv_b costs one token the same products as expanding it.
void add_latent(const TransformerConfig& c, std::int64_t layers,
                std::vector<MatrixProduct>& products) {
  const auto& latent = *c.latent_attention;
  const auto heads = c.num_attention_heads;
  const auto query_width = heads * (latent.qk_nope_head_dim + latent.qk_rope_head_dim);
  const auto output_width = heads * latent.v_head_dim;
  if (latent.q_lora_rank > 0) {
    products.push_back({"q_a", latent.q_lora_rank, c.hidden_size, layers, TensorSplit::None, true});
  }
  products.push_back({"q_b", query_width,
                      latent.q_lora_rank > 0 ? latent.q_lora_rank : c.hidden_size, layers,
                      TensorSplit::Columns, true});
  products.push_back({"kv_a", latent.kv_lora_rank + latent.qk_rope_head_dim, c.hidden_size, layers,
                      TensorSplit::None, true});
  products.push_back({"kv_b", heads * (latent.qk_nope_head_dim + latent.v_head_dim),
                      latent.kv_lora_rank, layers, TensorSplit::Columns, true});
  if (c.attention_output_gate) {
    products.push_back(
        {"attention gate", output_width, c.hidden_size, layers, TensorSplit::Columns, true});
  }
  products.push_back(
      {"attention output", c.hidden_size, output_width, layers, TensorSplit::Rows, true});
}

/// DeepSeek-V3.2, arXiv:2512.02556, equation 1: index queries come from the compressed queries
/// where there are any, one key and one weight per head from the hidden state.
void add_indexer(const TransformerConfig& c, std::vector<MatrixProduct>& products) {
  const auto& sparse = *c.sparse_attention;
  const auto layers = c.index_layers();
  const bool has_latent_queries = c.latent_attention && c.latent_attention->q_lora_rank > 0;
  products.push_back({"index queries", sparse.index_heads * sparse.index_head_dim,
                      has_latent_queries ? c.latent_attention->q_lora_rank : c.hidden_size, layers,
                      TensorSplit::None, true});
  products.push_back(
      {"index key", sparse.index_head_dim, c.hidden_size, layers, TensorSplit::None, true});
  if (c.latent_attention) {
    products.push_back(
        {"index weights", sparse.index_heads, c.hidden_size, layers, TensorSplit::None, false});
  }
}

/// The input projections are taken together: all of the mixer's weights but the output projection
/// and the convolution.
void add_linear(const TransformerConfig& c, std::vector<MatrixProduct>& products) {
  const auto& linear = *c.linear_attention;
  const auto value_width = linear.value_heads * linear.value_head_dim;
  const double inputs = linear.parameters - product(value_width, c.hidden_size) -
                        product(linear.conv_channels, linear.conv_kernel);
  const auto input_width = std::llround(inputs / static_cast<double>(c.hidden_size));
  products.push_back({"linear attention input", input_width, c.hidden_size, linear.layers,
                      TensorSplit::Columns, true});
  products.push_back({"linear attention output", c.hidden_size, value_width, linear.layers,
                      TensorSplit::Rows, true});
}

void add_dense(const TransformerConfig& c, std::int64_t width, std::int64_t layers, bool is_shared,
               std::vector<MatrixProduct>& products) {
  if (layers == 0 || width == 0) {
    return;
  }
  products.push_back({is_shared ? "shared gate and up" : "gate and up",
                      (c.gated_mlp ? 2 : 1) * width, c.hidden_size, layers, TensorSplit::Columns,
                      true});
  products.push_back(
      {is_shared ? "shared down" : "down", c.hidden_size, width, layers, TensorSplit::Rows, true});
}

/// DeepSeekMoE, arXiv:2401.06066: a router, routed experts and shared ones; in the latent form
/// (Nemotron 3 Super) one projection before and one behind the routed experts.
void add_mixture(const TransformerConfig& c, std::vector<MatrixProduct>& products) {
  const auto& m = *c.mixture;
  const auto width = m.latent_size > 0 ? m.latent_size : c.hidden_size;
  products.push_back({"router", m.num_experts, c.hidden_size, m.layers, TensorSplit::None, false});
  if (m.latent_size > 0) {
    products.push_back(
        {"latent down", m.latent_size, c.hidden_size, m.layers, TensorSplit::None, true});
  }
  products.push_back({"expert gate and up", (c.gated_mlp ? 2 : 1) * m.moe_intermediate_size, width,
                      m.layers, TensorSplit::Columns, true, ProductRows::RoutedTokens,
                      m.num_experts, m.num_experts_per_tok});
  products.push_back({"expert down", width, m.moe_intermediate_size, m.layers, TensorSplit::Rows,
                      true, ProductRows::RoutedTokens, m.num_experts, m.num_experts_per_tok});
  if (m.latent_size > 0) {
    products.push_back(
        {"latent up", c.hidden_size, m.latent_size, m.layers, TensorSplit::None, true});
  }
  add_dense(c, m.shared_intermediate_size, m.layers, true, products);
}

std::vector<MatrixProduct> mixer_products(const TransformerConfig& c) {
  std::vector<MatrixProduct> products;
  if (const auto layers = c.full_layers(); layers > 0) {
    if (c.compressed_attention) {
      add_compressed(c, products);
    } else if (c.latent_attention) {
      add_latent(c, layers, products);
    } else {
      add_grouped(c, full_shape(c), layers, products);
    }
  }
  if (c.sparse_attention) {
    add_indexer(c, products);
  }
  if (c.window_attention) {
    add_grouped(c, window_shape(c), c.window_attention->layers, products);
  }
  if (c.linear_attention) {
    add_linear(c, products);
  }
  for (auto& product : products) {
    product.is_mixer = true;
  }
  return products;
}

double weights(const MatrixProduct& p) { return product(p.n, p.k) * product(p.count, p.experts); }

/// Norms of layers and of heads, biases, and the norms between the latent projections.
double small_parameters(const TransformerConfig& c) {
  const auto hidden = static_cast<double>(c.hidden_size);
  double count = hidden * static_cast<double>(c.mixer_layers() + c.ffn_layers() + 1);
  const auto add_heads = [&](const HeadShape& shape, std::int64_t layers) {
    double one = c.query_key_norm ? 2 * static_cast<double>(shape.key_dim) : 0;
    if (c.attention_bias) {
      one += product(shape.heads + shape.kv_heads, shape.key_dim) +
             (shape.has_values ? product(shape.kv_heads, shape.value_dim) : 0);
    }
    count += one * static_cast<double>(layers);
  };
  if (c.compressed_attention) {
    count += compressed_norms(c);
  } else if (c.latent_attention) {
    count += product(c.full_layers(),
                     c.latent_attention->q_lora_rank + c.latent_attention->kv_lora_rank);
  } else {
    add_heads(full_shape(c), c.full_layers());
  }
  if (c.window_attention) {
    add_heads(window_shape(c), c.window_attention->layers);
  }
  if (c.mlp_bias) {
    const std::int64_t inner = c.gated_mlp ? 2 : 1;
    count += static_cast<double>(c.dense_layers()) *
             static_cast<double>(inner * c.intermediate_size + c.hidden_size);
  }
  return count;
}

HeadShape latent_shape(const TransformerConfig& c) {
  const auto& latent = *c.latent_attention;
  return {c.num_attention_heads, 1, latent.kv_lora_rank + latent.qk_rope_head_dim,
          latent.kv_lora_rank, true};
}

/// Full layers, of whichever kind; indexers and windows apart.
AttentionLayers full_attention(const TransformerConfig& c) {
  const auto shape = c.latent_attention ? latent_shape(c) : full_shape(c);
  AttentionLayers kind;
  kind.heads = shape.heads;
  kind.kv_heads = kind.prefill_kv_heads = shape.kv_heads;
  kind.key_dim = kind.prefill_key_dim = shape.key_dim;
  kind.value_dim = kind.prefill_value_dim = shape.value_dim;
  kind.cache_elements = product(shape.kv_heads, shape.key_dim + shape.value_dim);
  if (c.latent_attention) {
    const auto& latent = *c.latent_attention;
    kind.is_latent = true;
    kind.cache_elements = static_cast<double>(shape.key_dim);
    kind.prefill_kv_heads = shape.heads;
    kind.prefill_key_dim = latent.qk_nope_head_dim + latent.qk_rope_head_dim;
    kind.prefill_value_dim = latent.v_head_dim;
    kind.prefill_expand_flop =
        2 *
        product(latent.kv_lora_rank, shape.heads * (latent.qk_nope_head_dim + latent.v_head_dim));
  }
  return kind;
}

void add_full_layers(const TransformerConfig& c, std::vector<AttentionLayers>& kinds) {
  const auto add = [&](AttentionLayers kind, std::int64_t layers) {
    kind.layers = layers;
    if (layers > 0) {
      kinds.push_back(kind);
    }
  };
  const auto whole = full_attention(c);
  if (c.sparse_attention) {
    const auto& sparse = *c.sparse_attention;
    auto following = whole;
    following.top_k = sparse.top_k;
    following.prefill_kv_heads = whole.kv_heads;
    following.prefill_key_dim = whole.key_dim;
    following.prefill_value_dim = whole.value_dim;
    following.prefill_expand_flop = 0;
    auto choosing = following;
    choosing.index_flop_per_pair = 2 * product(sparse.index_heads, sparse.index_head_dim + 1);
    choosing.index_cache_elements = static_cast<double>(sparse.index_head_dim);
    add(choosing, c.index_layers());
    add(following, c.sparse_layers() - c.index_layers());
  }
  add(whole, c.full_layers() - c.sparse_layers());
}

}  // namespace

ParameterCount parameter_count(const TransformerConfig& c) {
  ParameterCount count;
  count.embedding = product(c.vocab_size, c.hidden_size);
  count.head = c.tie_word_embeddings ? 0 : count.embedding;
  for (const auto& p : mixer_products(c)) {
    count.attention += weights(p);
  }
  if (c.linear_attention) {  // the weights as given: products round them and leave some out
    const auto& linear = *c.linear_attention;
    std::vector<MatrixProduct> rounded;
    add_linear(c, rounded);
    count.attention += linear.parameters * static_cast<double>(linear.layers) -
                       weights(rounded[0]) - weights(rounded[1]);
  }
  const double matrices = c.gated_mlp ? 3 : 2;
  count.dense_ffn = matrices * product(c.hidden_size, c.intermediate_size) *
                    static_cast<double>(c.dense_layers());
  if (c.mixture) {
    std::vector<MatrixProduct> products;
    add_mixture(c, products);
    for (const auto& p : products) {
      (p.rows == ProductRows::RoutedTokens ? count.experts : count.shared_ffn) += weights(p);
    }
    if (c.mlp_bias) {
      const auto& m = *c.mixture;
      count.experts +=
          product(m.layers, m.num_experts) *
          static_cast<double>((c.gated_mlp ? 2 : 1) * m.moe_intermediate_size + c.hidden_size);
    }
    count.active_experts = count.experts * static_cast<double>(c.mixture->num_experts_per_tok) /
                           static_cast<double>(c.mixture->num_experts);
  }
  count.norms = small_parameters(c);
  count.other = c.other_parameters;
  return count;
}

TransformerConfig mtp_layer(const TransformerConfig& config) {
  auto layer = config;
  layer.num_hidden_layers = 1;
  layer.full_attention_layers = 1;
  layer.window_attention.reset();
  layer.linear_attention.reset();
  if (layer.sparse_attention) {
    layer.sparse_attention->layers = layer.sparse_attention->index_layers = 1;
  }
  if (layer.compressed_attention) {  // it sees the last tokens only, as the last layer does
    layer.compressed_attention->sparse_layers = layer.compressed_attention->dense_layers = 0;
  }
  layer.dense_ffn_layers = layer.mixture ? 0 : 1;
  if (layer.mixture) {
    layer.mixture->layers = 1;
  }
  layer.mtp_layers = 0;
  layer.mtp_parameters = 0;
  layer.other_parameters = 2 * product(config.hidden_size, config.hidden_size);
  return layer;
}

double mtp_layer_parameters(const TransformerConfig& config) {
  const auto count = parameter_count(mtp_layer(config));
  return count.total() - count.embedding - count.head;
}

std::vector<MatrixProduct> matrix_products(const TransformerConfig& c) {
  auto products = mixer_products(c);
  add_dense(c, c.intermediate_size, c.dense_layers(), false, products);
  if (c.mixture) {
    add_mixture(c, products);
  }
  const auto other = std::llround(c.other_parameters / static_cast<double>(c.hidden_size));
  if (other > 0) {
    products.push_back({"other", other, c.hidden_size, 1, TensorSplit::Columns, true});
  }
  products.push_back({"output head", c.vocab_size, c.hidden_size, 1, TensorSplit::Columns, false,
                      ProductRows::SampledTokens});
  return products;
}

std::vector<AttentionLayers> attention_layers(const TransformerConfig& c) {
  std::vector<AttentionLayers> kinds;
  if (c.compressed_attention) {
    add_compressed_layers(c, kinds);
    return kinds;
  }
  add_full_layers(c, kinds);
  if (c.window_attention) {
    const auto shape = window_shape(c);
    AttentionLayers kind;
    kind.layers = c.window_attention->layers;
    kind.heads = shape.heads;
    kind.kv_heads = kind.prefill_kv_heads = shape.kv_heads;
    kind.key_dim = kind.prefill_key_dim = shape.key_dim;
    kind.value_dim = kind.prefill_value_dim = shape.value_dim;
    kind.cache_elements = product(shape.kv_heads, shape.key_dim + shape.value_dim);
    kind.window = c.window_attention->window;
    kinds.push_back(kind);
  }
  return kinds;
}

double cache_elements_per_token(const TransformerConfig& config) {
  double elements = 0;
  for (const auto& kind : attention_layers(config)) {
    elements += static_cast<double>(kind.layers) * kind.cache_elements;
  }
  return elements;
}

double state_elements_per_sequence(const TransformerConfig& config) {
  if (!config.linear_attention) {
    return 0;
  }
  const auto& linear = *config.linear_attention;
  const auto remembered = linear.conv_kernel > 0 ? linear.conv_kernel - 1 : 0;
  return static_cast<double>(linear.layers) *
         (product(linear.value_heads, linear.key_head_dim * linear.value_head_dim) +
          product(linear.conv_channels, remembered));
}

double recurrence_flop_per_token(const TransformerConfig& config) {
  if (!config.linear_attention) {
    return 0;
  }
  const auto& linear = *config.linear_attention;
  return 7 * static_cast<double>(linear.layers) *
         product(linear.value_heads, linear.key_head_dim * linear.value_head_dim);
}

}  // namespace tokenfab
