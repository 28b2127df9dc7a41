// SPDX-License-Identifier: Apache-2.0
// What can be said of a scenario's plants without playing it.
#pragma once

#include <string>

#include "sim/scenario/loader.hpp"

namespace tokenfab::tools {

/// Chips and power of every site, and how long its plant takes to play.
std::string plant_estimate_text(const Scenario& scenario);

}  // namespace tokenfab::tools
