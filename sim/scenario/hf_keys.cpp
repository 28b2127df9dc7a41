// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/hf_keys.hpp"

#include <algorithm>
#include <array>

namespace tokenfab {
namespace {

constexpr std::string_view read_keys[] = {
    // sizes
    "hidden_size",
    "intermediate_size",
    "ffn_hidden_size",
    "dense_intermediate_size",
    "intermediate_size_mlp",
    "num_hidden_layers",
    "num_layers",
    "vocab_size",
    "max_position_embeddings",
    "max_sequence_length",
    "tie_word_embeddings",
    "model_type",
    "architectures",
    "hidden_act",
    "hidden_activation",
    "mlp_hidden_act",
    "mlp_bias",
    "text_config",
    "llm_config",
    "language_config",
    // attention
    "num_attention_heads",
    "num_key_value_heads",
    "num_kv_heads",
    "head_dim",
    "attention_head_dim",
    "v_head_dim",
    "attention_bias",
    "qkv_bias",
    "use_qk_norm",
    "attn_output_gate",
    "attention_output_gate",
    "mla_use_output_gate",
    "attention_k_eq_v",
    "global_head_dim",
    "num_global_key_value_heads",
    "q_lora_rank",
    "kv_lora_rank",
    "qk_nope_head_dim",
    "qk_rope_head_dim",
    "qk_head_dim",
    "compress_ratios",
    "o_groups",
    "o_lora_rank",
    "hc_mult",
    // kinds of layers
    "layer_types",
    "hybrid_layer_pattern",
    "hybrid_override_pattern",
    "layers_block_type",
    "attn_type_list",
    "full_attention_interval",
    "block_configs",
    "no_rope_layers",
    "no_rope_layer_interval",
    "sliding_window",
    "sliding_window_size",
    "sliding_window_pattern",
    "use_sliding_window",
    "max_window_layers",
    "attention_chunk_size",
    "swa_num_attention_heads",
    "swa_num_key_value_heads",
    "swa_head_dim",
    "swa_v_head_dim",
    // sparse attention
    "index_n_heads",
    "index_head_dim",
    "index_topk",
    "indexer_types",
    "sparse_attention_config",
    // linear attention
    "linear_num_key_heads",
    "linear_num_value_heads",
    "linear_key_head_dim",
    "linear_value_head_dim",
    "linear_conv_kernel_dim",
    "linear_attn_config",
    "mamba_num_heads",
    "mamba_head_dim",
    "ssm_state_size",
    "n_groups",
    "conv_kernel",
    // experts
    "n_routed_experts",
    "num_local_experts",
    "num_experts",
    "num_experts_per_tok",
    "num_experts_per_token",
    "experts_per_token",
    "top_k_experts",
    "moe_intermediate_size",
    "expert_intermediate_size",
    "n_shared_experts",
    "num_shared_experts",
    "shared_expert_intermediate_size",
    "moe_shared_expert_intermediate_size",
    "shared_intermediate_size",
    "share_expert_dim",
    "moe_latent_size",
    "routed_expert_hidden_size",
    "first_k_dense_replace",
    "moe_layer_freq",
    "decoder_sparse_step",
    "mlp_only_layers",
    "mlp_layer_types",
    "interleave_moe_layer_step",
    "moe_layers",
    "enable_moe_block",
    // multi-token prediction
    "num_nextn_predict_layers",
    "mtp_num_hidden_layers",
    "num_mtp_modules",
    "mtp_transformer_layers",
    "use_mtp",
    // precision
    "quantization_config",
    "compression_config",
    "dtype",
    "torch_dtype",
};

constexpr std::string_view ignored_keys[] = {
    // bookkeeping
    "_name_or_path",
    "auto_map",
    "transformers_version",
    "transformers.js_config",
    "use_cache",
    "return_dict",
    "output_attentions",
    "output_hidden_states",
    "output_router_logits",
    "output_scores",
    "torchscript",
    "use_bfloat16",
    "finetuning_task",
    "id2label",
    "label2id",
    "problem_type",
    "task_specific_params",
    "tokenizer_class",
    "prefix",
    "is_decoder",
    "tie_encoder_decoder",
    "tf_legacy_loss",
    "chunk_size_feed_forward",
    "attn_implementation",
    "_attn_implementation",
    "_commit_hash",
    "ignore_index",
    "language_model_only",
    "note",
    "unsloth_fixed",
    "unsloth_version",
    "model_max_length",
    "tokenizer_model_max_length",
    // sampling
    "do_sample",
    "early_stopping",
    "temperature",
    "top_k",
    "top_p",
    "typical_p",
    "num_beams",
    "num_beam_groups",
    "num_return_sequences",
    "length_penalty",
    "repetition_penalty",
    "no_repeat_ngram_size",
    "encoder_no_repeat_ngram_size",
    "bad_words_ids",
    "begin_suppress_tokens",
    "suppress_tokens",
    "min_length",
    "max_length",
    "diversity_penalty",
    "remove_invalid_values",
    "return_dict_in_generate",
    "exponential_decay_length_penalty",
    "num_logits_to_keep",
    // training
    "initializer_range",
    "attention_dropout",
    "hidden_dropout",
    "embd_pdrop",
    "resid_pdrop",
    "aux_loss_alpha",
    "router_aux_loss_coef",
    "router_jitter_noise",
    "router_z_loss_coef",
    "seq_aux",
    "pretraining_tp",
    "ep_size",
    "rescale_prenorm_residual",
    "residual_in_fp32",
    "initial_context_length",
    "index_share_for_mtp_iteration",
    // positions
    "rope_theta",
    "rope_scaling",
    "rope_parameters",
    "rope_interleave",
    "rope_type",
    "rotary_dim",
    "partial_rotary_factor",
    "swa_rope_theta",
    "indexer_rope_interleave",
    "rope_local_base_freq",
    "use_mrope",
    "mla_use_nope",
    "compress_rope_theta",
    "hc_sinkhorn_iters",
    "hc_eps",
    "num_hash_layers",
    "nope_layer_interval",
    "attn_temperature_tuning",
    "floor_scale",
    "attn_scale",
    "original_max_position_embeddings",
    // norms and activations: elements, not matrices
    "rms_norm_eps",
    "norm_eps",
    "layer_norm_epsilon",
    "layer_norm_eps",
    "layernorm_epsilon",
    "qk_norm_type",
    "use_gemma_norm",
    "swiglu_limit",
    "swiglu_alpha",
    "activation_situ_beta",
    "activation_situ_linear_beta",
    "mamba_hidden_act",
    "output_gate_type",
    "latent_moe_use_norm",
    "final_logit_softcapping",
    "attn_logit_softcapping",
    "query_pre_attn_scalar",
    "attention_value_scale",
    "add_swa_attention_sink_bias",
    "add_full_attention_sink_bias",
    "attn_res_block_size",
    "use_bidirectional_attention",
    "logit_scale",
    "embedding_multiplier",
    // choice of experts
    "norm_topk_prob",
    "n_group",
    "topk_group",
    "topk_method",
    "scoring_func",
    "routed_scaling_factor",
    "use_routing_bias",
    "use_moe_router_bias",
    "moe_router_scaling_factor",
    "moe_router_dtype",
    "moe_router_activation_func",
    "moe_renormalize",
    "num_expert_group",
    "use_grouped_topk",
    "moe_shared_expert_overlap",
    // details of recurrent layers
    "chunk_size",
    "expand",
    "time_step_min",
    "time_step_max",
    "time_step_floor",
    "time_step_limit",
    "time_step_rank",
    "use_mamba_kernels",
    "mamba_proj_bias",
    "use_bias",
    "use_conv_bias",
    "mamba_ssm_cache_dtype",
    "mamba_ssm_dtype",
    // details of indexers that indexer_types says in full
    "index_topk_freq",
    "index_topk_pattern",
    "index_skip_topk_offset",
    // layers for multi-token prediction, whose weights are estimated
    "mtp_hybrid_override_pattern",
    "mtp_layers_block_type",
    // towers, and how their tokens enter the text
    "vision_config",
    "audio_config",
    "image_placeholder",
    "video_placeholder",
    "vision_soft_tokens_per_image",
    "use_unified_vision_chunk",
    "mm_tokens_per_image",
    "vocab_size_per_layer_input",
    // stored precision of single parts
    "expert_dtype",
};

struct Unmodelled {
  std::string_view key;
  std::string_view reason;
};

constexpr Unmodelled neutral_keys[] = {
    {"num_kv_shared_layers", "layers that share the cache of others are not modelled"},
    {"hidden_size_per_layer_input", "embeddings per layer are not modelled"},
    {"use_double_wide_mlp", "feed-forward networks of two widths are not modelled"},
    {"add_cross_attention", "cross-attention is not modelled"},
    {"cross_attention_hidden_size", "cross-attention is not modelled"},
    {"is_encoder_decoder", "encoders are not modelled"},
    {"pruned_heads", "layers with different numbers of heads are not modelled"},
    {"mtp_use_dedicated_embeddings", "a second embedding is not modelled"},
    {"parallel_attn", "attention and feed-forward side by side are not modelled"},
    {"zero_expert_num", "experts that do nothing are not modelled"},
};

constexpr Unmodelled refused_keys[] = {
    {"attention_other_setting", "a second set of attention sizes is not modelled"},
    {"altup_num_inputs", "alternating updates (Gemma 3n) are not modelled"},
};

template <class Table>
const Unmodelled* find(const Table& table, std::string_view key) {
  const auto found = std::find_if(std::begin(table), std::end(table),
                                  [&](const Unmodelled& entry) { return entry.key == key; });
  return found == std::end(table) ? nullptr : &*found;
}

/// Ids of special tokens: no table could list them all.
bool names_token(std::string_view key) {
  constexpr std::string_view endings[] = {"_token_id", "_token_ids", "_token_index", "_token"};
  return std::any_of(std::begin(endings), std::end(endings),
                     [&](std::string_view ending) { return key.ends_with(ending); });
}

}  // namespace

std::optional<HfKey> find_hf_key(std::string_view key) {
  if (std::find(std::begin(read_keys), std::end(read_keys), key) != std::end(read_keys)) {
    return HfKey{HfKeyRole::Read, {}};
  }
  if (names_token(key) ||
      std::find(std::begin(ignored_keys), std::end(ignored_keys), key) != std::end(ignored_keys)) {
    return HfKey{HfKeyRole::Ignored, {}};
  }
  if (const auto* entry = find(neutral_keys, key)) {
    return HfKey{HfKeyRole::Neutral, entry->reason};
  }
  if (const auto* entry = find(refused_keys, key)) {
    return HfKey{HfKeyRole::Refused, entry->reason};
  }
  return std::nullopt;
}

const std::vector<std::string>& hf_read_keys() {
  static const std::vector<std::string> keys(std::begin(read_keys), std::end(read_keys));
  return keys;
}

}  // namespace tokenfab
