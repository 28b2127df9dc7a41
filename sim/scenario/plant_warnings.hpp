// SPDX-License-Identifier: Apache-2.0
// What a reader of a finished run should be told of a site's plant beside its metrics.
#pragma once

#include <string>
#include <vector>

#include "sim/metrics/result.hpp"
#include "sim/scenario/config.hpp"

namespace tokenfab {

/// Each begins with a word of warning_declarations().
std::vector<std::string> plant_warnings(const SiteConfig& config, const SiteResult& site);

}  // namespace tokenfab
