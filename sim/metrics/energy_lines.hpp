// SPDX-License-Identifier: Apache-2.0
// The energy balance of the sites as lines: sources positive, uses negative.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/metrics/result.hpp"

namespace tokenfab {

struct EnergyLine {
  std::string site;
  std::string_view item;
  double energy_j = 0;
};

/// Site by site; the lines of each sum to zero. Sources and uses that did not happen are left out.
std::vector<EnergyLine> energy_lines(const RunResult& result);

}  // namespace tokenfab
