// SPDX-License-Identifier: Apache-2.0
// The keys of config.json files that we know, and what becomes of each.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tokenfab {

enum class HfKeyRole {
  Read,     // changes memory or work
  Ignored,  // changes neither
  Neutral,  // would, and is not modelled: only null, false, 0 and empty values pass
  Refused   // not modelled in any form
};

struct HfKey {
  HfKeyRole role;
  std::string_view reason;  // Neutral, Refused: what it would mean
};

std::optional<HfKey> find_hf_key(std::string_view key);

/// All keys that are read, for suggestions.
const std::vector<std::string>& hf_read_keys();

}  // namespace tokenfab
