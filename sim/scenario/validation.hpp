// SPDX-License-Identifier: Apache-2.0
// What no single field can say: references between objects, rules between fields, and whether the
// models fit on the chips they are given.
#pragma once

#include "sim/scenario/loader.hpp"

namespace tokenfab {

/// Throws ConfigError with every dangling reference and every contradiction.
void check_references(const ScenarioConfig& config, const Node& document);

/// Fills scenario.pools and scenario.warnings. Throws InfeasibleError with every pool that cannot
/// work and every site whose numbers cannot close.
void plan_pools(const Node& document, Scenario& scenario);

}  // namespace tokenfab
