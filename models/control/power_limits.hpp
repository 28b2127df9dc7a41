// SPDX-License-Identifier: Apache-2.0
// The highest clocks at which a site is predicted to stay below a cap, from the power of the
// interval just measured:
//   cluster(level) = idle + (measured - idle) x dynamic_power(level) / dynamic_power(now)
//   site           = measured + sum of falls x 1 + sum of rises x measured site / measured IT
// A fall of the chips' power is taken to save nothing in conversion and cooling, and a rise to
// cost its full share there, so the prediction errs on the safe side of a linear plant. Loads that
// change are seen one interval late: within that interval a cap may be exceeded.
// Clocks rise only to where the prediction is below the cap by a margin, so that they do not flap.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/api/power_control.hpp"

namespace tokenfab {

struct PowerLimits {
  std::optional<Watts> site;
  double clock = 1;       // no clock above it
  double margin = 0.005;  // share of a cap that stays free when clocks rise
  std::map<std::string, double>
      importance;  // by cluster, 0 if not named: the least gives way first
};

/// Sets the clocks; those of clusters of equal importance are lowered together. False: some cap is
/// predicted to be exceeded with the lowest clocks, which then hold.
/// Law: no clock rises when the site's cap falls.
bool limit_power(const ControlView& view, const PowerLimits& limits, std::span<double> clocks);

}  // namespace tokenfab
