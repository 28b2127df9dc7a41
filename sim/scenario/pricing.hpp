// SPDX-License-Identifier: Apache-2.0
// The price book of a scenario: what is wrong with it, and what its prices make of a run.
#pragma once

#include <string>
#include <vector>

#include "sim/metrics/result.hpp"
#include "sim/scenario/config.hpp"

namespace tokenfab {

struct PricingFault {
  std::string pointer;
  std::string message;
  std::string fix;
};

/// References to nothing, tiers that no rule chooses between, rents that cannot be.
std::vector<PricingFault> pricing_faults(const ScenarioConfig& config);

/// Gives every tenant of every application its tier and its revenue, if there are prices.
void price(const ScenarioConfig& config, RunResult& result);

}  // namespace tokenfab
