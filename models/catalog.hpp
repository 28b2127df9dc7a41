// SPDX-License-Identifier: Apache-2.0
// The list of all models and the data tables that ship with the program.
#pragma once

#include <string_view>

#include "sim/api/plugin.hpp"

namespace tokenfab {

/// Every pluggable model, sorted by kind and id.
const PluginTable& plugin_table();

/// The text of an embedded data table (models/data/NAME.json); empty if there is none.
std::string_view data_table_text(std::string_view name);

}  // namespace tokenfab
