// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/training_models.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/llm/transformer.hpp"
#include "sim/measured/case_scenario.hpp"
#include "sim/scenario/catalogue_entry.hpp"

namespace tokenfab {
namespace {

struct KnownModel {
  std::string_view name;  // the published one begins with it
  std::string_view id;
};

constexpr KnownModel known_models[] = {
    {"grok", "grok-1"},
    {"nemotron4 15b", "nemotron-4-15b"},
    {"nemotron4 340b", "nemotron-4-340b"},
    {"nemotron-340b", "nemotron-4-340b"},
    {"nemotron-h 56b", "nemotron-h-56b"},
    {"gpt-3 175b", "gpt-3-175b"},
    {"gpt3-175b", "gpt-3-175b"},
    {"paxml gpt175b", "gpt-3-175b"},
    {"llama 3.1 405b", "llama-3.1-405b"},
    {"llama3.1 405b", "llama-3.1-405b"},
    {"llama3.1_405b", "llama-3.1-405b"},
    {"llama 3.1 70b", "llama-3.1-70b"},
    {"llama3 70b", "llama-3.1-70b"},
    {"llama3_70b", "llama-3.1-70b"},
    {"llama3-70b", "llama-3.1-70b"},
    {"maxtext llama3 70b", "llama-3.1-70b"},
    {"llama 3.1 8b", "llama-3.1-8b"},
    {"llama3 8b", "llama-3.1-8b"},
    {"llama3_8b", "llama-3.1-8b"},
    {"llama3-8b", "llama-3.1-8b"},
    {"maxtext llama2 70b", "llama-2-70b"},
    {"llama2-70b", "llama-2-70b"},
    {"llama2-13b", "llama-2-13b"},
    {"llama2-7b", "llama-2-7b"},
    {"llama4 maverick", "llama-4-maverick"},
    {"deepseekv3", "deepseek-v3"},
    {"gpt oss 120b", "gpt-oss-120b"},
    {"qwen3_30b_a3b", "qwen3-30b-a3b"},
    {"qwen3_235b_a22b", "qwen3-235b-a22b"},
    {"mixtral 8x7b", "mixtral-8x7b-v0.1"},
    {"mixtral 8x22b", "mixtral-8x22b-v0.1"},
};

// llm-foundry scripts/train/yamls/pretrain; NeMo examples of the sizes in its summary; Narayanan
// 2021, arXiv:2104.04473, table 1; Korthikanti 2022, arXiv:2205.05198, table 3.
constexpr GptSize gpt_sizes[] = {
    {"mpt 125m", 12, 768, 12, 50368},       {"mpt 350m", 24, 1024, 16, 50368},
    {"mpt 760m", 24, 1536, 12, 50368},      {"mpt 1b", 24, 2048, 16, 50368},
    {"mpt 3b", 32, 2560, 20, 50368},        {"mpt 7b", 32, 4096, 32, 50368},
    {"mpt 13b", 40, 5120, 40, 50368},       {"mpt 30b", 48, 7168, 56, 50368},
    {"mpt 70b", 80, 8192, 64, 50368},       {"gpt3-5b", 24, 4096, 32, 51200},
    {"paxml gpt5b", 24, 4096, 32, 51200},   {"gpt3-20b", 44, 6144, 48, 51200},
    {"nemotron-8b", 32, 4096, 32, 256000},  {"nemotron-22b", 40, 6144, 48, 256000},
    {"gpt 1.7b", 24, 2304, 24, 51200},      {"gpt 3.6b", 30, 3072, 32, 51200},
    {"gpt 7.5b", 36, 4096, 32, 51200},      {"gpt 18.4b", 40, 6144, 48, 51200},
    {"gpt 39.1b", 48, 8192, 64, 51200},     {"gpt 76.1b", 60, 10240, 80, 51200},
    {"gpt 145.6b", 80, 12288, 96, 51200},   {"gpt 310.1b", 96, 16384, 128, 51200},
    {"gpt 529.6b", 105, 20480, 128, 51200}, {"gpt 1008.0b", 128, 25600, 160, 51200},
    {"gpt 22b", 48, 6144, 64, 51200},       {"gpt 175b", 96, 12288, 96, 51200},
    {"gpt 530b", 105, 20480, 128, 51200},   {"gpt 1000b", 128, 25600, 160, 51200},
};

std::string lower_case(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

std::string with_layers(std::string_view id, std::int64_t layers) {
  if (layers > 0) {
    const auto model = catalogue_entry<TransformerConfig>("models", std::string(id));
    if (layers != model.num_hidden_layers && !model.linear_attention) {
      const bool is_cut = model.mixture && model.mixture->layers > layers;
      return fmt::format(R"({{"use": "{}", "num_hidden_layers": {}{}}})", id, layers,
                         is_cut ? fmt::format(R"(, "mixture": {{"layers": {}}})", layers) : "");
    }
  }
  return fmt::format(R"({{"use": "{}"}})", id);
}

}  // namespace

std::optional<GptSize> gpt_size(std::string_view published) {
  const auto name = lower_case(published);
  const auto* const found = std::find_if(std::begin(gpt_sizes), std::end(gpt_sizes),
                                         [&](const GptSize& size) { return size.name == name; });
  return found == std::end(gpt_sizes) ? std::nullopt : std::optional(*found);
}

std::optional<TrainedModel> trained_model(std::string_view published, std::int64_t layers) {
  const auto name = lower_case(published);
  if (const auto size = gpt_size(name)) {
    return TrainedModel{
        std::string(size->name),
        fmt::format(R"({{"family": "GPT", "num_hidden_layers": {}, "hidden_size": {},
          "num_attention_heads": {}, "num_key_value_heads": {}, "intermediate_size": {},
          "vocab_size": {}, "max_position_embeddings": 131072, "gated_mlp": false,
          "tie_word_embeddings": {}}})",
                    layers > 0 ? layers : size->layers, size->hidden, size->heads, size->heads,
                    4 * size->hidden, size->vocabulary, !name.starts_with("nemotron"))};
  }
  for (const auto& known : known_models) {
    if (name.starts_with(known.name) && missing_entry("models", known.id).empty()) {
      return TrainedModel{std::string(known.id), with_layers(known.id, layers)};
    }
  }
  return std::nullopt;
}

}  // namespace tokenfab
