// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/hf_families.hpp"

#include <algorithm>
#include <iterator>

namespace tokenfab {
namespace {

// From the families' modelling code in huggingface/transformers and beside the published weights.
constexpr HfFamily families[] = {
    {.model_type = "qwen2", .attention_bias = true},
    {.model_type = "qwen2_moe", .attention_bias = true},
    {.model_type = "qwen3", .query_key_norm = true},
    {.model_type = "qwen3_moe", .query_key_norm = true},
    {.model_type = "qwen3_next", .query_key_norm = true, .gates_attention = true},
    {.model_type = "qwen3_5_text", .query_key_norm = true},
    {.model_type = "qwen3_5_moe_text", .query_key_norm = true},
    {.model_type = "qwen3_vl_text", .query_key_norm = true},
    {.model_type = "qwen3_vl_moe_text", .query_key_norm = true},
    {.model_type = "gemma", .ties_embeddings = true},
    {.model_type = "gemma2", .ties_embeddings = true, .alternates_windows = true},
    {.model_type = "gemma3_text", .query_key_norm = true, .ties_embeddings = true},
    {.model_type = "gemma4_text",
     .query_key_norm = true,
     .ties_embeddings = true,
     .has_dense_beside_experts = true},
    {.model_type = "gpt_oss", .mlp_bias = true},
    {.model_type = "llama4_text", .has_shared_expert = true, .chunks_attention = true},
    {.model_type = "nemotron_h", .ungated_mlp = true},
    {.model_type = "gpt2", .refusal = "its attention and biases have keys of their own"},
    {.model_type = "gpt_neox", .refusal = "attention and network side by side are not modelled"},
    {.model_type = "falcon", .refusal = "attention and network side by side are not modelled"},
    {.model_type = "bloom", .refusal = "its sizes have keys of their own"},
    {.model_type = "opt", .refusal = "its network has no gate and keys of its own"},
    {.model_type = "phi", .refusal = "attention and network side by side are not modelled"},
    {.model_type = "starcoder2", .refusal = "its network has no gate, which no key tells"},
    {.model_type = "mamba", .refusal = "Mamba-1 layers are not modelled"},
    {.model_type = "t5", .refusal = "encoders are not modelled"},
    {.model_type = "bert", .refusal = "encoders are not modelled"},
    {.model_type = "whisper", .refusal = "encoders are not modelled"},
};

}  // namespace

HfFamily hf_family(std::string_view model_type) {
  const auto found =
      std::find_if(std::begin(families), std::end(families),
                   [&](const HfFamily& family) { return family.model_type == model_type; });
  return found == std::end(families) ? HfFamily{.model_type = model_type} : *found;
}

}  // namespace tokenfab
