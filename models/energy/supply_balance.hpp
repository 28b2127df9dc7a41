// SPDX-License-Identifier: Apache-2.0
// Who feeds the load at one moment: sun and wind, the battery as commanded, the grid, generators.
// Pure functions of powers that are constant.
#pragma once

#include <limits>

#include "sim/core/units.hpp"

namespace tokenfab {

inline constexpr Watts no_limit{std::numeric_limits<double>::infinity()};

struct SupplyMoment {
  Watts load;
  Watts solar;  // at hand
  Watts wind;
  bool has_grid = true;
  Watts import_limit = no_limit;
  Watts export_limit = no_limit;
  Watts battery_command;  // positive discharges
  Watts charge_power;     // the most the battery takes
  Watts discharge_power;  // the most it gives
  bool battery_islands = false;
  bool genset_runs = false;
  Watts genset_capacity;  // 0 unless it runs
};

/// import + solar + wind + genset + battery + shortfall = load + exported, battery at its
/// terminals, positive out of it. Nothing else is negative.
struct SupplyFlows {
  Watts import;
  Watts exported;
  Watts solar;
  Watts wind;
  Watts genset;
  Watts battery;
  Watts curtailed;
  Watts over_limit;
  Watts shortfall;
};

/// With the grid: the battery follows its command as far as that neither draws more than the import
/// limit nor gives more than the export limit; generators give what lies beyond the import limit.
/// Without: generators first, then the battery, if it islands; sun and wind need one of them to
/// follow (their inverters do not make a grid).
SupplyFlows balance(const SupplyMoment& moment);

/// Whether generators should run: no grid, or more than it may give.
bool needs_genset(const SupplyMoment& moment);

}  // namespace tokenfab
