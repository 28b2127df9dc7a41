// SPDX-License-Identifier: Apache-2.0
// What the fields of an architecture mean and may hold.
#include "models/llm/transformer.hpp"

namespace tokenfab {

void LatentAttentionConfig::describe(Describe<LatentAttentionConfig>& d) {
  using C = LatentAttentionConfig;
  d.field("q_lora_rank", &C::q_lora_rank, "Width that queries are compressed to; 0: they are not")
      .range(0, 1e6);
  d.field("kv_lora_rank", &C::kv_lora_rank, "Width that keys and values are compressed to")
      .required()
      .range(1, 1e6);
  d.field("qk_nope_head_dim", &C::qk_nope_head_dim,
          "Query and key elements per head without rotary position")
      .required()
      .range(1, 1e5);
  d.field("qk_rope_head_dim", &C::qk_rope_head_dim,
          "Query elements per head with rotary position, and those of the key all heads share")
      .required()
      .range(0, 1e5);
  d.field("v_head_dim", &C::v_head_dim, "Value elements per head").required().range(1, 1e5);
}

void WindowAttentionConfig::describe(Describe<WindowAttentionConfig>& d) {
  using C = WindowAttentionConfig;
  d.field("layers", &C::layers, "Layers that attend to a window").required().range(1, 1e4);
  d.field("window", &C::window, "Tokens that they attend to").required().range(1, 1e9);
  d.field("num_attention_heads", &C::num_attention_heads,
          "Query heads, where they differ from the full layers")
      .range(1, 1e4);
  d.field("num_key_value_heads", &C::num_key_value_heads,
          "Key and value heads, where they differ from the full layers")
      .range(1, 1e4);
  d.field("head_dim", &C::head_dim, "Size of a head, where it differs from the full layers")
      .range(1, 1e5);
  d.field("v_head_dim", &C::v_head_dim, "Size of a value head; head_dim if absent").range(1, 1e5);
}

void LinearAttentionConfig::describe(Describe<LinearAttentionConfig>& d) {
  using C = LinearAttentionConfig;
  d.field("layers", &C::layers, "Layers with a recurrent state").required().range(1, 1e4);
  d.field("parameters", &C::parameters,
          "Weights of one such layer's mixer: projections, convolution, gates")
      .required()
      .range(1, 1e13);
  d.field("value_heads", &C::value_heads, "Heads of the state").required().range(1, 1e5);
  d.field("key_head_dim", &C::key_head_dim, "Key elements per head: rows of the state")
      .required()
      .range(1, 1e5);
  d.field("value_head_dim", &C::value_head_dim, "Value elements per head: columns of the state")
      .required()
      .range(1, 1e5);
  d.field("conv_channels", &C::conv_channels, "Channels of the short convolution; 0: there is none")
      .range(0, 1e8);
  d.field("conv_kernel", &C::conv_kernel, "Tokens that the short convolution sees").range(0, 1e4);
}

void SparseAttentionConfig::describe(Describe<SparseAttentionConfig>& d) {
  using C = SparseAttentionConfig;
  d.field("index_heads", &C::index_heads, "Heads of the indexer").required().range(1, 1e4);
  d.field("index_head_dim", &C::index_head_dim, "Size of an index head").required().range(1, 1e5);
  d.field("top_k", &C::top_k, "Tokens of the context that a query attends to")
      .required()
      .range(1, 1e9);
  d.field("layers", &C::layers, "Full layers that are sparse; all if absent").range(1, 1e4);
  d.field("index_layers", &C::index_layers,
          "Sparse layers with an indexer of their own; all if absent. The others attend to what "
          "the nearest indexer chose")
      .range(1, 1e4);
}

void CompressedAttentionConfig::describe(Describe<CompressedAttentionConfig>& d) {
  using C = CompressedAttentionConfig;
  d.field("q_lora_rank", &C::q_lora_rank, "Width that queries are compressed to")
      .required()
      .range(1, 1e6);
  d.field("o_lora_rank", &C::o_lora_rank, "Width that a group of outputs is compressed to")
      .required()
      .range(1, 1e6);
  d.field("o_groups", &C::o_groups, "Groups of heads with an output projection of their own")
      .required()
      .range(1, 1e4);
  d.field("window", &C::window, "Last tokens, seen uncompressed in every layer")
      .required()
      .range(1, 1e9);
  d.field("sparse_layers", &C::sparse_layers, "Layers whose entries an indexer chooses")
      .range(0, 1e4);
  d.field("sparse_ratio", &C::sparse_ratio, "Tokens per entry in the sparse layers").range(1, 1e6);
  d.field("index_heads", &C::index_heads, "Heads of the indexer").range(0, 1e4);
  d.field("index_head_dim", &C::index_head_dim, "Size of an index head").range(0, 1e5);
  d.field("top_k", &C::top_k, "Entries that a query attends to in the sparse layers").range(0, 1e9);
  d.field("dense_layers", &C::dense_layers, "Layers that attend to all entries").range(0, 1e4);
  d.field("dense_ratio", &C::dense_ratio, "Tokens per entry in the dense layers").range(1, 1e6);
}

void MixtureConfig::describe(Describe<MixtureConfig>& d) {
  using C = MixtureConfig;
  d.field("layers", &C::layers, "Feed-forward layers with experts").required().range(1, 1e4);
  d.field("num_experts", &C::num_experts, "Routed experts per layer").required().range(1, 1e5);
  d.field("num_experts_per_tok", &C::num_experts_per_tok, "Routed experts that a token uses")
      .required()
      .range(1, 1e5);
  d.field("moe_intermediate_size", &C::moe_intermediate_size, "Width of one routed expert")
      .required()
      .range(1, 1e7);
  d.field("shared_intermediate_size", &C::shared_intermediate_size,
          "Width of all shared experts together; 0: there are none")
      .range(0, 1e7);
  d.field("latent_size", &C::latent_size,
          "Width that routed experts work on, behind a projection; 0: hidden_size")
      .range(0, 1e6);
}

namespace {

void describe_sizes(Describe<TransformerConfig>& d) {
  using C = TransformerConfig;
  d.field("family", &C::family, "Name of the model family, for reports");
  d.field("release", &C::release, "Month, or year, in which the weights came out");
  d.field("num_hidden_layers", &C::num_hidden_layers, "Transformer layers")
      .required()
      .range(1, 1e4);
  d.field("hidden_size", &C::hidden_size, "Width of the residual stream").required().range(1, 1e6);
  d.field("num_attention_heads", &C::num_attention_heads, "Query heads of the full layers")
      .required()
      .range(1, 1e4);
  d.field("num_key_value_heads", &C::num_key_value_heads, "Key and value heads of the full layers")
      .required()
      .range(1, 1e4);
  d.field("head_dim", &C::head_dim, "Size of one head; hidden_size / num_attention_heads if absent")
      .range(1, 1e5);
  d.field("v_head_dim", &C::v_head_dim, "Size of a value head; head_dim if absent").range(1, 1e5);
  d.field("intermediate_size", &C::intermediate_size,
          "Width of the dense feed-forward networks; 0: there are none")
      .range(0, 1e7);
  d.field("vocab_size", &C::vocab_size, "Tokens in the vocabulary").required().range(1, 1e8);
  d.field("max_position_embeddings", &C::max_position_embeddings, "Longest context in tokens")
      .required()
      .range(1, 1e9);
}

void describe_details(Describe<TransformerConfig>& d) {
  using C = TransformerConfig;
  d.field("tie_word_embeddings", &C::tie_word_embeddings, "Output head shares the embedding");
  d.field("attention_bias", &C::attention_bias, "Query, key and value projections have a bias");
  d.field("attention_k_eq_v", &C::attention_k_eq_v,
          "Full layers have no value projection: values are made of the keys");
  d.field("mlp_bias", &C::mlp_bias, "Feed-forward projections have a bias");
  d.field("query_key_norm", &C::query_key_norm, "Heads are normalised (RMSNorm over head_dim)");
  d.field("attention_output_gate", &C::attention_output_gate,
          "Attention outputs are multiplied by a gate of their width");
  d.field("gated_mlp", &C::gated_mlp,
          "Feed-forward networks have a gate beside the up projection (arXiv:2002.05202)");
}

}  // namespace

void TransformerConfig::describe(Describe<TransformerConfig>& d) {
  using C = TransformerConfig;
  describe_sizes(d);
  describe_details(d);
  d.field("full_attention_layers", &C::full_attention_layers,
          "Layers that attend to the whole context; the rest of the layers if absent")
      .range(0, 1e4);
  d.field("dense_ffn_layers", &C::dense_ffn_layers,
          "Layers with a dense feed-forward network; the rest of the layers if absent")
      .range(0, 1e4);
  d.object("latent_attention", &C::latent_attention,
           "Multi-head latent attention in the full layers");
  d.object("window_attention", &C::window_attention, "Layers that attend to a sliding window");
  d.object("linear_attention", &C::linear_attention, "Layers with a recurrent state");
  d.object("sparse_attention", &C::sparse_attention,
           "Full layers attend to the tokens that an indexer chooses");
  d.object("compressed_attention", &C::compressed_attention,
           "All layers attend to a compressed cache");
  d.object("mixture", &C::mixture, "Mixture of experts");
  d.field("mtp_layers", &C::mtp_layers, "Multi-token-prediction layers; counted apart, never run")
      .range(0, 100);
  d.field("mtp_parameters", &C::mtp_parameters, "Weights of all multi-token-prediction layers")
      .range(0, 1e14);
  d.field("other_parameters", &C::other_parameters,
          "Weights of none of the kinds above, used by every token")
      .range(0, 1e14);
}

}  // namespace tokenfab
