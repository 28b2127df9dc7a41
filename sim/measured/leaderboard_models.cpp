// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/leaderboard_models.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "sim/measured/published_names.hpp"

namespace tokenfab {
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

std::string transformer_json(std::string_view family, const Sizes& s, std::string_view rest) {
  return fmt::format(
      R"({{"family": "{}", "num_hidden_layers": {}, "hidden_size": {}, "num_attention_heads": {},
        "num_key_value_heads": {}, "head_dim": {}, "intermediate_size": {}, "vocab_size": {},
        "max_position_embeddings": 131072, {}}})",
      family, s.layers, s.hidden, s.heads, s.kv_heads, s.head_dim, s.intermediate, s.vocabulary,
      rest);
}

/// Nemotron Nano V2 (config.json of nvidia/NVIDIA-Nemotron-Nano-9B-v2 and -12B-v2): Mamba-2 mixers
/// with 128 heads of 80, state 128, 8 groups; every layer is a mixer or an MLP, not both.
std::string nemotron_nano(const Sizes& sizes, std::int64_t mamba, std::int64_t attention) {
  constexpr std::int64_t inner = 128 * 80;
  constexpr std::int64_t groups = 2 * 8 * 128;
  const auto parameters = sizes.hidden * (2 * inner + groups + 128) + inner * sizes.hidden;
  return transformer_json(
      "Nemotron-H", sizes,
      fmt::format(R"("gated_mlp": false, "full_attention_layers": {}, "dense_ffn_layers": {},
        "linear_attention": {{"layers": {}, "value_heads": 128, "key_head_dim": 128,
          "value_head_dim": 80, "conv_channels": {}, "conv_kernel": 4, "parameters": {}}})",
                  attention, sizes.layers - mamba - attention, mamba, inner + groups, parameters));
}

std::string lower_case(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c == ' ' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

void drop(std::string& name, std::string_view part) {
  if (const auto at = name.find(part); at != name.npos) {
    name.erase(at, part.size());
  }
}

std::optional<LeaderboardModel> uncatalogued(const std::string& name) {
  const auto has = [&](std::string_view part) { return name.find(part) != name.npos; };
  if (has("nemotron-nano") && has("12b")) {
    return LeaderboardModel{"nemotron-nano-12b-v2",
                            nemotron_nano({62, 5'120, 40, 8, 128, 20'480, 131'072}, 28, 6)};
  }
  if (has("nemotron-nano") && has("9b")) {
    return LeaderboardModel{"nemotron-nano-9b-v2",
                            nemotron_nano({56, 4'480, 40, 8, 128, 15'680, 131'072}, 27, 4)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<LeaderboardModel> leaderboard_model(std::string_view published) {
  static const EmbeddedTables tables;
  auto name = lower_case(published.substr(published.rfind('/') + 1));
  const auto catalogued = [&](std::string_view wanted) -> std::optional<LeaderboardModel> {
    const auto id = published_model(tables, wanted);
    return id ? std::optional(LeaderboardModel{*id, fmt::format(R"({{"use": "{}"}})", *id)})
              : std::nullopt;
  };
  if (auto found = catalogued(name)) {
    return found;
  }
  if (auto found = uncatalogued(name)) {
    return found;
  }
  // The catalogue's name of the language model: Qwen3-VL-8B-Instruct -> qwen3-8b.
  constexpr std::array parts{"-vl", "-omni", "-coder", "-thinking", "-2507"};
  for (const auto* const part : parts) {
    drop(name, part);
  }
  if (name.starts_with("qwen-3-")) {
    name = "qwen3-" + name.substr(7);
  }
  if (name.starts_with("deepseek-v3.1")) {
    name = "deepseek-v3";  // the same architecture, trained on
  }
  return catalogued(name);
}

}  // namespace tokenfab
