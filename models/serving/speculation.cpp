// SPDX-License-Identifier: Apache-2.0
#include "models/serving/speculation.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tokenfab {

void SpeculativeConfig::describe(Describe<SpeculativeConfig>& d) {
  using C = SpeculativeConfig;
  d.choice("method", &C::method, {"mtp", "draft_model", "ngram"}, "What proposes the tokens");
  d.field("num_speculative_tokens", &C::num_speculative_tokens, "Tokens proposed per step")
      .range(1, 64);
  d.field("acceptance", &C::acceptance,
          "Ratio of proposals accepted, by position from \"1\", where all earlier ones were; a "
          "position that is not listed takes the ratio before it")
      .range(0, 1)
      .source("DeepSeek-V3 report, arXiv:2412.19437, section 5.4.3: 85 to 90 % of second tokens");
  d.object("draft_model", &C::draft_model, "The small model that proposes, with draft_model")
      .catalogue("models");
}

std::vector<std::string> contradictions(const SpeculativeConfig& config) {
  std::vector<std::string> found;
  for (const auto& [position, ratio] : config.acceptance) {
    bool is_position = false;
    for (std::int64_t i = 1; i <= config.num_speculative_tokens; ++i) {
      is_position = is_position || position == std::to_string(i);
    }
    if (!is_position) {
      found.push_back(fmt::format("acceptance \"{}\" is no position from 1 to {}", position,
                                  config.num_speculative_tokens));
    }
  }
  if (config.acceptance.count("1") == 0) {
    found.emplace_back("acceptance needs the ratio of position \"1\"");
  }
  if (config.method == SpeculationMethod::DraftModel && !config.draft_model) {
    found.emplace_back("method draft_model needs a draft_model");
  }
  if (config.method != SpeculationMethod::DraftModel && config.draft_model) {
    found.emplace_back("a draft_model needs method draft_model");
  }
  if (config.draft_model) {
    for (const auto& contradiction : contradictions(*config.draft_model)) {
      found.push_back("draft_model: " + contradiction);
    }
  }
  return found;
}

double expected_tokens(const SpeculativeConfig& config) {
  double tokens = 1;
  double all_accepted = 1;
  double ratio = 0;
  for (std::int64_t i = 1; i <= config.num_speculative_tokens; ++i) {
    const auto own = config.acceptance.find(std::to_string(i));
    ratio = own == config.acceptance.end() ? ratio : own->second;
    all_accepted *= ratio;
    tokens += all_accepted;
  }
  return tokens;
}

DecodeRate decode_rate_of(const std::optional<SpeculativeConfig>& config) {
  if (!config) {
    return {};
  }
  return {static_cast<std::uint32_t>(1 + config->num_speculative_tokens),
          static_cast<std::uint32_t>(std::lround(expected_tokens(*config) * DecodeRate::unit))};
}

std::optional<TransformerConfig> drafter_of(const TransformerConfig& model,
                                            const std::optional<SpeculativeConfig>& config) {
  if (!config || config->method == SpeculationMethod::Ngram) {
    return std::nullopt;
  }
  return config->method == SpeculationMethod::Mtp ? mtp_layer(model) : config->draft_model;
}

}  // namespace tokenfab
