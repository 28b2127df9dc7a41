// SPDX-License-Identifier: Apache-2.0
// The lists of chips and nodes, which say more than other lists: who made them, when, and how well
// their values are known.
#pragma once

#include <string>

namespace tokenfab::tools {

/// Of table "chips" or "nodes": a line an entry.
std::string hardware_list(const std::string& table);
/// The same as data.
std::string hardware_json(const std::string& table);

}  // namespace tokenfab::tools
