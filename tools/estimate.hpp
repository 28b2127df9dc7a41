// SPDX-License-Identifier: Apache-2.0
// What can be said of a scenario without playing it.
#pragma once

#include <string>

#include "sim/scenario/loader.hpp"

namespace tokenfab::tools {

/// Memory plan, KV capacity and an estimate of the most requests per second of every service.
std::string estimate_text(const Scenario& scenario);

}  // namespace tokenfab::tools
