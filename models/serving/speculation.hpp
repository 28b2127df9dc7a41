// SPDX-License-Identifier: Apache-2.0
// Speculative decoding: a cheap drafter proposes k tokens per sequence, the model verifies them and
// its own next token in one step, and the longest accepted prefix stays.
//
// With a_j the ratio of drafts at position j that are accepted once all before them were, a step
// gains E = 1 + sum over i <= k of (a_1 ... a_i) tokens (Leviathan et al. 2023, arXiv:2211.17192,
// equation 1, with one ratio per position). DeepSeek-V3's own layer reaches 0.85 to 0.90 at the
// first position (arXiv:2412.19437, section 5.4.3).
// Left out: acceptance that depends on the text, tree-shaped drafts, time of an n-gram look-up on
// the host, which runs beside the device.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/llm/transformer.hpp"
#include "sim/api/field.hpp"
#include "sim/api/step.hpp"

namespace tokenfab {

enum class SpeculationMethod {
  Mtp,         // the model's own multi-token-prediction layer, run k times
  DraftModel,  // a small model, run k times
  Ngram        // a look-up in the prompt: no device time
};

struct SpeculativeConfig {
  SpeculationMethod method = SpeculationMethod::Mtp;
  std::int64_t num_speculative_tokens = 1;
  /// By position from "1"; a position without a ratio takes that of the one before it.
  std::map<std::string, double> acceptance{{"1", 0.85}};
  std::optional<TransformerConfig> draft_model;

  static void describe(Describe<SpeculativeConfig>& d);
};

/// What the fields contradict, one sentence each.
std::vector<std::string> contradictions(const SpeculativeConfig& config);

/// E of a step.
double expected_tokens(const SpeculativeConfig& config);

/// Plain decoding without a configuration.
DecodeRate decode_rate_of(const std::optional<SpeculativeConfig>& config);

/// The layers that propose tokens for `model`; none if that takes no device time.
std::optional<TransformerConfig> drafter_of(const TransformerConfig& model,
                                            const std::optional<SpeculativeConfig>& config);

}  // namespace tokenfab
