// SPDX-License-Identifier: Apache-2.0
// The part of the catalogue that is about energy: what it costs and emits, how power is controlled,
// and loads that are given.
#pragma once

#include <vector>

#include "sim/api/plugin.hpp"

namespace tokenfab {

std::vector<PluginEntry> energy_entries();

}  // namespace tokenfab
