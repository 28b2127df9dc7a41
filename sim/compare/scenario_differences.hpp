// SPDX-License-Identifier: Apache-2.0
// What two resolved scenarios say differently.
#pragma once

#include <string>
#include <vector>

#include "sim/config/document.hpp"

namespace tokenfab {

struct ScenarioDifference {
  std::string pointer;
  std::string first;  // as JSON; empty: it does not say
  std::string second;
};

/// In the order of the first document, then what only the second has. Notes, the scenarios' names
/// and what the catalogue knows of its values are left out: nothing is computed with them.
std::vector<ScenarioDifference> scenario_differences(const Node& first, const Node& second);

/// One line each, "/sites/a/cooling/pue: 1.25 -> 1.1"; at most `lines_max`, and how many more.
std::string text_of(const std::vector<ScenarioDifference>& differences, std::size_t lines_max);

}  // namespace tokenfab
