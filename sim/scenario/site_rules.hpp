// SPDX-License-Identifier: Apache-2.0
// Rules between the fields of a site that no single field or model can state.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/config.hpp"
#include "sim/scenario/problem_list.hpp"

namespace tokenfab {

/// What contradicts itself.
void check_site_rules(const ScenarioConfig& config, ProblemList& problems);

/// What is legal but has no effect, or one that is hardly meant.
std::vector<std::string> site_warnings(const std::string& name, const SiteConfig& site,
                                       const std::optional<Seconds>& horizon);

/// The power chain against what it has to carry, and a twin's PUE against what the chain loses.
/// Tells what cannot work; what is beyond its rating at times goes to `warnings`.
void check_ratings(const std::string& name, const SiteConfig& site, ProblemList& problems,
                   std::vector<std::string>& warnings);

}  // namespace tokenfab
