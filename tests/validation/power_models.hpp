// SPDX-License-Identifier: Apache-2.0
// Models of the ML.ENERGY leaderboard by the names that it prints, catalogued or not.
#pragma once

#include <optional>
#include <string>

#include "models/llm/transformer.hpp"

namespace tokenfab::validation {

/// The language model: vision and audio towers are left out. nullopt: not known here.
std::optional<TransformerConfig> leaderboard_model(const std::string& nickname);

}  // namespace tokenfab::validation
