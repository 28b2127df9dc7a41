// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/hf_attention.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/hf_compressed.hpp"
#include "sim/scenario/hf_recurrent.hpp"

namespace tokenfab {
namespace {

void read_heads(HfReader& reader, TransformerConfig& config) {
  using C = TransformerConfig;
  config.num_attention_heads =
      reader.required_count({"num_attention_heads"}, hf_range<C>("num_attention_heads"));
  if (config.num_key_value_heads == 0) {  // not known from elsewhere
    config.num_key_value_heads =
        reader.count({"num_key_value_heads", "num_kv_heads"}, hf_range<C>("num_key_value_heads"))
            .value_or(config.num_attention_heads);
  }
  config.head_dim = reader.count({"head_dim", "attention_head_dim"}, hf_range<C>("head_dim"));
  config.v_head_dim = reader.count({"v_head_dim"}, hf_range<C>("v_head_dim"));
  if (config.v_head_dim && config.v_head_dim == config.head_dim) {
    config.v_head_dim.reset();
  }
}

void read_latent(HfReader& reader, TransformerConfig& config) {
  using C = LatentAttentionConfig;
  if (!reader.has({"kv_lora_rank"})) {
    return;
  }
  auto& latent = config.latent_attention.emplace();
  latent.kv_lora_rank = reader.required_count({"kv_lora_rank"}, hf_range<C>("kv_lora_rank"));
  latent.q_lora_rank = reader.count({"q_lora_rank"}, hf_range<C>("q_lora_rank")).value_or(0);
  latent.qk_nope_head_dim =
      reader.required_count({"qk_nope_head_dim"}, hf_range<C>("qk_nope_head_dim"));
  latent.qk_rope_head_dim =
      reader.required_count({"qk_rope_head_dim"}, hf_range<C>("qk_rope_head_dim"));
  latent.v_head_dim = reader.required_count({"v_head_dim"}, hf_range<C>("v_head_dim"));
  const auto both = latent.qk_nope_head_dim + latent.qk_rope_head_dim;
  if (const auto given = reader.count({"qk_head_dim"}, {1, 2e5}); given && *given != both) {
    reader.complain(*reader.find({"qk_head_dim"}),
                    fmt::format("qk_head_dim {} is not qk_nope_head_dim {} + qk_rope_head_dim {}",
                                *given, latent.qk_nope_head_dim, latent.qk_rope_head_dim));
  }
  // With a latent cache these two say nothing more.
  config.head_dim.reset();
  config.v_head_dim.reset();
  config.num_key_value_heads = config.num_attention_heads;
}

void read_window(HfReader& reader, const HfFamily& family, const HfLayers& layers,
                 TransformerConfig& config) {
  using C = WindowAttentionConfig;
  if (layers.count(HfMixer::Window) == 0) {
    return;
  }
  auto& window = config.window_attention.emplace();
  window.layers = layers.count(HfMixer::Window);
  window.window =
      family.chunks_attention
          ? reader.required_count({"attention_chunk_size"}, hf_range<C>("window"))
          : reader.required_count({"sliding_window", "sliding_window_size"}, hf_range<C>("window"));
  window.num_attention_heads =
      reader.count({"swa_num_attention_heads"}, hf_range<C>("num_attention_heads"));
  window.num_key_value_heads =
      reader.count({"swa_num_key_value_heads"}, hf_range<C>("num_key_value_heads"));
  window.head_dim = reader.count({"swa_head_dim"}, hf_range<C>("head_dim"));
  window.v_head_dim = reader.count({"swa_v_head_dim"}, hf_range<C>("v_head_dim"));
}

/// Gemma 4: the plain names are those of the windowed layers, the full ones have their own.
void read_global_heads(HfReader& reader, TransformerConfig& config) {
  using C = TransformerConfig;
  const auto head_dim = reader.count({"global_head_dim"}, hf_range<C>("head_dim"));
  const auto kv_heads =
      reader.count({"num_global_key_value_heads"}, hf_range<C>("num_key_value_heads"));
  if (config.window_attention) {
    auto& window = *config.window_attention;
    if (head_dim && !window.head_dim) {
      window.head_dim = config.head_size();
    }
    if (kv_heads && !window.num_key_value_heads) {
      window.num_key_value_heads = config.num_key_value_heads;
    }
  }
  if (head_dim) {
    config.head_dim = head_dim;
  }
  if (kv_heads) {
    config.num_key_value_heads = *kv_heads;
  }
  config.attention_k_eq_v = reader.flag({"attention_k_eq_v"}).value_or(false);
}

/// DeepSeek-V3.2 and GLM-5: an indexer in every layer, or every few layers sharing one.
void read_indexer(HfReader& reader, TransformerConfig& config) {
  using C = SparseAttentionConfig;
  if (!reader.has({"index_topk"})) {
    if (const Member* rest = reader.find({"index_n_heads", "index_head_dim", "indexer_types"})) {
      reader.complain(*rest, "an indexer without \"index_topk\" is not modelled");
    }
    return;
  }
  auto& sparse = config.sparse_attention.emplace();
  sparse.top_k = reader.required_count({"index_topk"}, hf_range<C>("top_k"));
  sparse.index_heads = reader.required_count({"index_n_heads"}, hf_range<C>("index_heads"));
  sparse.index_head_dim = reader.required_count({"index_head_dim"}, hf_range<C>("index_head_dim"));
  if (const auto types = reader.texts({"indexer_types"})) {
    const auto full = std::count(types->begin(), types->end(), "full");
    const auto shared = std::count(types->begin(), types->end(), "shared");
    if (full + shared != static_cast<std::int64_t>(types->size()) || full + shared < 1) {
      reader.complain(*reader.find({"indexer_types"}),
                      "expected \"full\" or \"shared\" for every layer");
    } else if (shared > 0) {
      sparse.index_layers = full;
    }
  }
}

/// MiniMax-M3: blocks of tokens are chosen, by index heads of their own in some of the layers.
void read_sparse_blocks(HfReader& reader, TransformerConfig& config) {
  using C = SparseAttentionConfig;
  auto blocks = reader.nested(
      "sparse_attention_config",
      {"use_sparse_attention", "sparse_attention_freq", "sparse_block_size", "sparse_topk_blocks",
       "sparse_index_dim", "sparse_num_index_heads", "sparse_init_block", "sparse_local_block",
       "sparse_score_type", "sparse_disable_index_value"});
  if (!blocks || !blocks->flag({"use_sparse_attention"}).value_or(true)) {
    return;
  }
  auto& sparse = config.sparse_attention.emplace();
  sparse.index_heads =
      blocks->required_count({"sparse_num_index_heads"}, hf_range<C>("index_heads"));
  sparse.index_head_dim =
      blocks->required_count({"sparse_index_dim"}, hf_range<C>("index_head_dim"));
  // The blocks at the start and around the query are among those chosen.
  sparse.top_k = blocks->required_count({"sparse_topk_blocks"}, {1, 1e6}) *
                 blocks->required_count({"sparse_block_size"}, {1, 1e6});
  if (const auto used = blocks->counts({"sparse_attention_freq"})) {
    const auto dense = std::count(used->begin(), used->end(), 0);
    sparse.layers = static_cast<std::int64_t>(used->size()) - dense;
    if (static_cast<std::int64_t>(used->size()) != config.num_hidden_layers || sparse.layers < 1) {
      blocks->complain(*blocks->find({"sparse_attention_freq"}),
                       fmt::format("{} of {} entries are set, which does not fit "
                                   "num_hidden_layers {}",
                                   *sparse.layers, used->size(), config.num_hidden_layers));
    }
  }
  const auto unused = blocks->counts({"sparse_disable_index_value"});
  if (unused && std::count(unused->begin(), unused->end(), 0) +
                        sparse.layers.value_or(config.num_hidden_layers) !=
                    static_cast<std::int64_t>(unused->size())) {
    blocks->complain(*blocks->find({"sparse_disable_index_value"}),
                     "index heads with values of their own are not modelled");
  }
}

/// Sizes of layers that no layer of the config is: which ones they are must be told.
void refuse_idle_sizes(HfReader& reader, const HfLayers& layers, const TransformerConfig& config) {
  const Member* recurrent = reader.find({"linear_num_value_heads", "mamba_num_heads"});
  if (recurrent != nullptr && layers.count(HfMixer::Linear) == 0) {
    reader.complain(*recurrent, "no key tells which layers are recurrent",
                    "add \"layer_types\" or \"full_attention_interval\"");
  }
  const Member* chunk = reader.find({"attention_chunk_size"});
  if (chunk != nullptr && !config.window_attention) {
    reader.complain(*chunk, "no key tells which layers attend to chunks", "add \"layer_types\"");
  }
}

}  // namespace

void read_hf_attention(HfReader& reader, const HfFamily& family, const HfLayers& layers,
                       TransformerConfig& config) {
  read_heads(reader, config);
  if (has_hf_compressed(reader)) {
    read_hf_compressed(reader, config);
    return;
  }
  if (layers.count(HfMixer::Full) > 0) {
    read_latent(reader, config);
  }
  read_window(reader, family, layers, config);
  read_global_heads(reader, config);
  read_indexer(reader, config);
  read_sparse_blocks(reader, config);
  if (layers.count(HfMixer::Linear) > 0) {
    config.linear_attention = read_hf_recurrent(reader, config);
    config.linear_attention->layers = layers.count(HfMixer::Linear);
  }
  refuse_idle_sizes(reader, layers, config);
  const bool lacks_mixers = layers.count(HfMixer::None) > 0;
  if (lacks_mixers || config.window_attention || config.linear_attention) {
    config.full_attention_layers = layers.count(HfMixer::Full);
  }
  config.attention_bias =
      reader.flag({"attention_bias", "qkv_bias"}).value_or(family.attention_bias);
  config.query_key_norm = family.query_key_norm;
  if (!family.chunks_attention) {  // Llama 4 normalises without weights
    config.query_key_norm = reader.flag({"use_qk_norm"}).value_or(family.query_key_norm);
  }
  config.attention_output_gate =
      reader.flag({"attn_output_gate", "attention_output_gate", "mla_use_output_gate"})
          .value_or(family.gates_attention);
}

}  // namespace tokenfab
