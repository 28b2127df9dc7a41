// SPDX-License-Identifier: Apache-2.0
// Engine options that the scenario leaves open take the engine profile's default. A resolved
// scenario writes all of them, so that resolving it again changes nothing.
#pragma once

#include <map>
#include <string>

#include "sim/config/document.hpp"
#include "sim/scenario/config.hpp"

namespace tokenfab {

/// `document` is what `config` was read from. `origins` learns where each default was written.
void apply_engine_defaults(const Node& document, ScenarioConfig& config,
                           std::map<std::string, Mark>& origins);

}  // namespace tokenfab
