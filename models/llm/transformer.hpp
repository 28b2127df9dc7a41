// SPDX-License-Identifier: Apache-2.0
// Decoder-only transformer architectures: dense and mixture-of-experts, grouped-query, latent,
// sliding-window, sparse, compressed and linear attention, and mixtures of these layer by layer.
//
// Says how many parameters there are, which matrix products and attentions one step runs, and how
// many bytes a token and a sequence leave in the cache. What a product costs is the chip's
// business. FLOP per token: 2 per weight used plus 4 n d per token attended (Narayanan 2021,
// arXiv:2104.04473; Korthikanti 2022, arXiv:2205.05198, both with multiply-add = 2). Layer kinds
// are counted, not ordered: order changes no cost here. Left out: encoders, vision towers,
// cross-layer cache sharing. Biases are counted as parameters but not as work. Attention in chunks
// (Llama 4) counts as a window of the chunk's size: an upper bound.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/api/field.hpp"

namespace tokenfab {

/// Multi-head latent attention (DeepSeek-V2, arXiv:2405.04434): the cache holds one latent vector
/// of kv_lora_rank + qk_rope_head_dim elements per token and layer.
struct LatentAttentionConfig {
  std::int64_t q_lora_rank = 0;  // 0: queries are projected directly
  std::int64_t kv_lora_rank = 0;
  std::int64_t qk_nope_head_dim = 0;
  std::int64_t qk_rope_head_dim = 0;
  std::int64_t v_head_dim = 0;
  static void describe(Describe<LatentAttentionConfig>& d);
};

/// Layers that attend to the last `window` tokens only (arXiv:2004.05150).
struct WindowAttentionConfig {
  std::int64_t layers = 0;
  std::int64_t window = 0;
  std::optional<std::int64_t> num_attention_heads;  // where they differ from the full layers
  std::optional<std::int64_t> num_key_value_heads;
  std::optional<std::int64_t> head_dim;
  std::optional<std::int64_t> v_head_dim;
  static void describe(Describe<WindowAttentionConfig>& d);
};

/// Layers with a recurrent state instead of a cache: gated delta net (arXiv:2412.06464), Mamba-2
/// (arXiv:2405.21060) and kin. `parameters` counts the weights of one layer's mixer; the state is
/// value_heads x key_head_dim x value_head_dim elements, plus the convolution's.
struct LinearAttentionConfig {
  std::int64_t layers = 0;
  double parameters = 0;  // weights of one mixer: projections, convolution, gates
  std::int64_t value_heads = 0;
  std::int64_t key_head_dim = 0;
  std::int64_t value_head_dim = 0;
  std::int64_t conv_channels = 0;
  std::int64_t conv_kernel = 0;
  static void describe(Describe<LinearAttentionConfig>& d);
};

/// Sparse attention chosen by an indexer (DeepSeek-V3.2, arXiv:2512.02556, section 2.1): each query
/// attends to `top_k` tokens of its context, after light index heads have scored all of it. The
/// indexer caches one key of index_head_dim elements per token.
struct SparseAttentionConfig {
  std::int64_t index_heads = 0;
  std::int64_t index_head_dim = 0;
  std::int64_t top_k = 0;
  std::optional<std::int64_t> layers;        // full layers that are sparse; all if absent
  std::optional<std::int64_t> index_layers;  // with an indexer of their own; all sparse if absent
  static void describe(Describe<SparseAttentionConfig>& d);
};

/// Attention to a compressed cache (DeepSeek-V4; models/llm/compressed_attention.hpp). Layers that
/// are neither sparse nor dense attend to the last `window` tokens only.
struct CompressedAttentionConfig {
  std::int64_t q_lora_rank = 0;
  std::int64_t o_lora_rank = 0;
  std::int64_t o_groups = 1;
  std::int64_t window = 0;         // last tokens, uncompressed, in every layer
  std::int64_t sparse_layers = 0;  // an indexer chooses top_k entries
  std::int64_t sparse_ratio = 4;   // tokens per entry
  std::int64_t index_heads = 0;
  std::int64_t index_head_dim = 0;
  std::int64_t top_k = 0;
  std::int64_t dense_layers = 0;  // attend to all entries
  std::int64_t dense_ratio = 128;
  static void describe(Describe<CompressedAttentionConfig>& d);
};

/// Mixture of experts: `layers` feed-forward layers with a router.
struct MixtureConfig {
  std::int64_t layers = 0;
  std::int64_t num_experts = 0;
  std::int64_t num_experts_per_tok = 0;
  std::int64_t moe_intermediate_size = 0;
  std::int64_t shared_intermediate_size = 0;  // of all shared experts together; 0: none
  std::int64_t latent_size = 0;               // experts work on a projection this wide; 0: hidden
  static void describe(Describe<MixtureConfig>& d);
};

struct TransformerConfig {
  std::string family;
  std::optional<std::string> release;  // month
  std::int64_t num_hidden_layers = 0;
  std::int64_t hidden_size = 0;
  std::int64_t num_attention_heads = 0;
  std::int64_t num_key_value_heads = 0;
  std::optional<std::int64_t> head_dim;
  std::optional<std::int64_t> v_head_dim;  // of the values, where it differs from head_dim
  std::int64_t intermediate_size = 0;      // of the dense feed-forward layers; 0: there are none
  std::int64_t vocab_size = 0;
  std::int64_t max_position_embeddings = 0;
  bool tie_word_embeddings = false;
  bool attention_bias = false;    // of the query, key and value projections
  bool attention_k_eq_v = false;  // full layers have no value projection (Gemma 4)
  bool mlp_bias = false;
  bool query_key_norm = false;
  bool attention_output_gate = false;  // a gate as wide as the attention output (Qwen3-Next)
  bool gated_mlp = true;               // gate and up projections; false: up only
  std::optional<std::int64_t> full_attention_layers;  // rest of the layers if absent
  std::optional<std::int64_t> dense_ffn_layers;       // rest of the layers if absent
  std::optional<LatentAttentionConfig> latent_attention;
  std::optional<WindowAttentionConfig> window_attention;
  std::optional<LinearAttentionConfig> linear_attention;
  std::optional<SparseAttentionConfig> sparse_attention;
  std::optional<CompressedAttentionConfig> compressed_attention;
  std::optional<MixtureConfig> mixture;
  std::int64_t mtp_layers = 0;  // multi-token-prediction layers, counted apart
  double mtp_parameters = 0;    // their weights
  double other_parameters = 0;  // weights of none of the kinds above, run for every token

  std::int64_t head_size() const {
    return head_dim ? *head_dim : hidden_size / num_attention_heads;
  }
  std::int64_t value_head_size() const { return v_head_dim ? *v_head_dim : head_size(); }
  std::int64_t full_layers() const {
    return full_attention_layers
               ? *full_attention_layers
               : num_hidden_layers - (window_attention ? window_attention->layers : 0) -
                     (linear_attention ? linear_attention->layers : 0);
  }
  std::int64_t dense_layers() const {
    return dense_ffn_layers ? *dense_ffn_layers
                            : num_hidden_layers - (mixture ? mixture->layers : 0);
  }
  /// Layers with attention of any kind; a layer may have a feed-forward network only.
  std::int64_t mixer_layers() const {
    return full_layers() + (window_attention ? window_attention->layers : 0) +
           (linear_attention ? linear_attention->layers : 0);
  }
  /// Layers with a feed-forward network; a layer may be a mixer only.
  std::int64_t ffn_layers() const { return dense_layers() + (mixture ? mixture->layers : 0); }
  std::int64_t sparse_layers() const {
    return sparse_attention ? sparse_attention->layers.value_or(full_layers()) : 0;
  }
  std::int64_t index_layers() const {
    return sparse_attention ? sparse_attention->index_layers.value_or(sparse_layers()) : 0;
  }

  static void describe(Describe<TransformerConfig>& d);
};

/// What the configuration's fields contradict, one sentence each; empty if consistent. The other
/// functions may be asked about a consistent configuration only.
std::vector<std::string> contradictions(const TransformerConfig& config);

/// How tensor parallelism cuts a weight matrix.
enum class TensorSplit { Columns, Rows, None };

/// Which rows a product has.
enum class ProductRows { AllTokens, SampledTokens, RoutedTokens };

/// y[m, n] = x[m, k] W[k, n], run `count` times in a step. With RoutedTokens each of `experts`
/// matrices sees its share of m x top_k rows.
struct MatrixProduct {
  std::string_view name;
  std::int64_t n;
  std::int64_t k;
  std::int64_t count;
  TensorSplit split;
  bool is_quantizable;  // follows the engine's weight quantization
  ProductRows rows = ProductRows::AllTokens;
  std::int64_t experts = 1;
  std::int64_t top_k = 1;
  bool is_mixer = false;  // a linear layer of attention or of what stands in its place
};

struct ParameterCount {
  double embedding = 0;  // input embedding, and the output head when tied
  double head = 0;       // separate output head
  double attention = 0;  // mixers of all kinds
  double dense_ffn = 0;
  double experts = 0;     // routed experts
  double shared_ffn = 0;  // shared experts, routers, latent projections
  double norms = 0;       // norms and biases
  double other = 0;
  double active_experts = 0;  // routed experts that one token uses
  double total() const {
    return embedding + head + attention + dense_ffn + experts + shared_ffn + norms + other;
  }
  /// Weights that one token uses, embedding and output head included.
  double active() const { return total() - experts + active_experts; }
};

/// Multi-token-prediction layers are not counted here (config.mtp_parameters).
ParameterCount parameter_count(const TransformerConfig& config);

/// One multi-token-prediction layer as DeepSeek-V3 builds it (arXiv:2412.19437, section 2.2): a
/// layer like the last one and a projection of 2 hidden_size to hidden_size; embedding and head are
/// shared with the model.
TransformerConfig mtp_layer(const TransformerConfig& config);
/// Its weights, embedding and head apart.
double mtp_layer_parameters(const TransformerConfig& config);

std::vector<MatrixProduct> matrix_products(const TransformerConfig& config);

/// Attention over cached tokens by one kind of layers. A latent cache is read in its absorbed form
/// when decoding: all heads share one key of kv_lora_rank + qk_rope_head_dim elements, whose first
/// kv_lora_rank are the value. A prompt is attended with keys and values of every head, unless the
/// attention is sparse, which is absorbed always (DeepSeek-V3.2, arXiv:2512.02556, section 2.1).
struct AttentionLayers {
  std::int64_t layers = 0;
  std::int64_t heads = 0;
  std::int64_t kv_heads = 0;  // 1 for a latent cache
  std::int64_t key_dim = 0;   // per head, of queries and keys
  std::int64_t value_dim = 0;
  std::int64_t prefill_kv_heads = 0;  // the same three for prompts
  std::int64_t prefill_key_dim = 0;
  std::int64_t prefill_value_dim = 0;
  double prefill_expand_flop = 0;  // latent: keys and values made of one token cached earlier
  double cache_elements = 0;       // per token and layer, all KV heads
  bool is_latent = false;          // one cached vector serves keys and values of all heads
  std::optional<std::int64_t> window;
  std::optional<std::int64_t> top_k;  // sparse: tokens attended at most
  double index_flop_per_pair = 0;     // sparse: scoring one token of context
  double index_cache_elements = 0;    // sparse: per token and layer
  double entries_per_token = 1;       // compressed: entries that a token of context stands for
  bool shares_launch = false;         // runs in the kernel of another kind of the same layers
  /// FLOP of attending from one token to one token, all heads of one layer: scores and values.
  double flop_per_pair() const {
    return 2.0 * static_cast<double>(heads) * static_cast<double>(key_dim + value_dim) *
           entries_per_token;
  }
  double prefill_flop_per_pair() const {
    return 2.0 * static_cast<double>(heads) *
           static_cast<double>(prefill_key_dim + prefill_value_dim) * entries_per_token;
  }
};

/// Full layers first (sparse ones with an indexer, sparse ones that follow another layer's choice,
/// the rest), then windowed ones; linear attention is not among them.
std::vector<AttentionLayers> attention_layers(const TransformerConfig& config);

/// Elements that one token leaves in the cache, all layers, windows not yet full; indexers apart.
double cache_elements_per_token(const TransformerConfig& config);

/// Elements of recurrent state that one sequence keeps, all layers; 0 without linear attention.
double state_elements_per_sequence(const TransformerConfig& config);

/// FLOP of the recurrences for one token, all layers, projections apart: decay, read, correction
/// and query, 7 per element of state (gated delta rule, arXiv:2412.06464, equation 10; an upper
/// bound for Mamba-2, arXiv:2405.21060, which corrects nothing).
double recurrence_flop_per_token(const TransformerConfig& config);

}  // namespace tokenfab
