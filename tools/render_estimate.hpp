// SPDX-License-Identifier: Apache-2.0
// What --dry-run says of a service of images or video: does it fit, and what rate may it reach.
#pragma once

#include <string>

#include "sim/scenario/loader.hpp"

namespace tokenfab::tools {

std::string render_estimate_text(const Scenario& scenario, const std::string& service);

}  // namespace tokenfab::tools
