// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tokenfab {

/// What a tower or dry cooler can do for water of one temperature in the weather at hand, its fans
/// flat out. Heat is proportional to the water's excess over the air's (wet or dry bulb), and
/// to the air flow.
struct PassiveLimits {
  double capacity_w = 0;   // at the wanted water temperature; negative: the air is warmer
  double slope_w_k = 0;    // more per kelvin of warmer water
  double fan_w = 0;        // of the running units, flat out
  double water_m3_j = 0;   // used per heat rejected
  bool is_beyond = false;  // outside the fitted curves
};

}  // namespace tokenfab
