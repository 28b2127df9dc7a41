// SPDX-License-Identifier: Apache-2.0
#include "tests/validation/power_models.hpp"

#include <array>
#include <utility>

#include "tests/catalogue_entries.hpp"

namespace tokenfab::validation {
namespace {

struct Sizes {
  std::int64_t layers;
  std::int64_t hidden;
  std::int64_t heads;
  std::int64_t kv_heads;
  std::int64_t head_dim;
  std::int64_t intermediate;
  std::int64_t vocabulary;
};

TransformerConfig dense(const std::string& family, const Sizes& sizes) {
  TransformerConfig config;
  config.family = family;
  config.num_hidden_layers = sizes.layers;
  config.hidden_size = sizes.hidden;
  config.num_attention_heads = sizes.heads;
  config.num_key_value_heads = sizes.kv_heads;
  config.head_dim = sizes.head_dim;
  config.intermediate_size = sizes.intermediate;
  config.vocab_size = sizes.vocabulary;
  config.max_position_embeddings = 131'072;
  return config;
}

/// Gemma 3 (config.json of google/gemma-3-12b-it and -27b-it): five layers of six see 1,024 tokens.
TransformerConfig gemma_3(const Sizes& sizes, std::int64_t windowed) {
  auto config = dense("Gemma 3", sizes);
  config.tie_word_embeddings = true;
  config.query_key_norm = true;
  config.window_attention.emplace();
  config.window_attention->layers = windowed;
  config.window_attention->window = 1'024;
  return config;
}

/// Nemotron Nano V2 (config.json of nvidia/NVIDIA-Nemotron-Nano-9B-v2 and -12B-v2): Mamba-2 mixers
/// with 128 heads of 80, state 128, 8 groups; every layer is a mixer or an MLP, not both.
TransformerConfig nemotron_nano(const Sizes& sizes, std::int64_t mamba, std::int64_t attention) {
  auto config = dense("Nemotron-H", sizes);
  config.gated_mlp = false;
  config.full_attention_layers = attention;
  config.dense_ffn_layers = sizes.layers - mamba - attention;
  auto& mixer = config.linear_attention.emplace();
  constexpr double inner = 128 * 80;
  constexpr double groups = 2 * 8 * 128;
  const auto hidden = static_cast<double>(sizes.hidden);
  mixer.layers = mamba;
  mixer.value_heads = 128;
  mixer.key_head_dim = 128;
  mixer.value_head_dim = 80;
  mixer.conv_channels = static_cast<std::int64_t>(inner + groups);
  mixer.conv_kernel = 4;
  mixer.parameters = hidden * (2 * inner + groups + 128) + inner * hidden;
  return config;
}

}  // namespace

std::optional<TransformerConfig> leaderboard_model(const std::string& nickname) {
  const auto has = [&](const char* part) { return nickname.find(part) != std::string::npos; };
  if (has("Gemma 3")) {
    return has("27B") ? gemma_3({62, 5'376, 32, 16, 128, 21'504, 262'208}, 52)
                      : gemma_3({48, 3'840, 16, 8, 256, 15'360, 262'208}, 40);
  }
  if (has("Nemotron Nano")) {
    return has("12B") ? nemotron_nano({62, 5'120, 40, 8, 128, 20'480, 131'072}, 28, 6)
                      : nemotron_nano({56, 4'480, 40, 8, 128, 15'680, 131'072}, 27, 4);
  }
  // Coder, VL and Omni share the language model of their size.
  const std::array<std::pair<const char*, const char*>, 9> catalogued{{
      {"30B A3B", "qwen3-30b-a3b"},
      {"32B", "qwen3-32b"},
      {"14B", "qwen3-14b"},
      {"70B", "llama-3.1-70b"},
      {"Scout", "llama-4-scout-17b-16e-instruct"},
      {"Maverick", "llama-4-maverick-17b-128e-instruct"},
      {"GPT OSS 120B", "gpt-oss-120b"},
      {"Llama 3.1 8B", "llama-3.1-8b"},
      {"8B", "qwen3-8b"},
  }};
  for (const auto& [part, id] : catalogued) {
    if (has(part)) {
      return testing::transformer(id);
    }
  }
  return std::nullopt;
}

}  // namespace tokenfab::validation
