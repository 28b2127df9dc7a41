// SPDX-License-Identifier: Apache-2.0
// What a family of config.json files takes for granted and therefore does not write down.
#pragma once

#include <string>
#include <string_view>

namespace tokenfab {

struct HfFamily {
  std::string_view model_type;
  bool attention_bias = false;
  bool query_key_norm = false;
  bool mlp_bias = false;
  bool ties_embeddings = false;
  bool gates_attention = false;
  bool has_shared_expert = false;  // one, as wide as a routed expert
  bool has_dense_beside_experts = false;
  bool ungated_mlp = false;
  bool chunks_attention = false;  // three of four layers
  bool alternates_windows = false;
  std::string_view refusal = {};  // why its attention or layers cannot be expressed
};

/// The family of a model_type; one with no defaults of its own if the type is not known, because
/// most new types are Llama-like and what they add has keys.
HfFamily hf_family(std::string_view model_type);

}  // namespace tokenfab
