// SPDX-License-Identifier: Apache-2.0
// Models of leaderboards by their public ids or the names that tables print.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tokenfab {

struct LeaderboardModel {
  std::string label;  // id of the catalogue, or the family's name
  std::string json;   // as a scenario's "models" has it
};

/// The language model: vision and audio towers are left out; coders, thinkers and models that see
/// share the language model of their size. nullopt: not known here.
std::optional<LeaderboardModel> leaderboard_model(std::string_view published);

}  // namespace tokenfab
