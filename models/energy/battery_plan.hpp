// SPDX-License-Identifier: Apache-2.0
// The cheapest plan of a battery over steps of known price and load, as a linear program solved by
// CLP (COIN-OR), an optional component: Debian's coinor-libclp-dev.
//   minimize   sum of price x (bought - given)
//   charge_t+1 = charge_t + span (e (free + bought) - given / e),  within its limits
//   free <= surplus, given <= load, free + bought <= power, given <= power
// free is charged from sun and wind beyond the load, bought from the grid, e the efficiency of one
// way. Energy left at the end is worth nothing. Where prices are negative, burning energy by
// charging and discharging at once would pay in the program but is not to be had: such steps are
// split into one or the other (branch and bound).
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "sim/core/units.hpp"

namespace tokenfab {

struct PlanStep {
  Seconds span;
  DollarsPerJoule price;
  Watts net_load;  // less sun and wind; negative: surplus
};

struct PlanInputs {
  std::vector<PlanStep> steps;
  Joules charge;
  Joules charge_min;
  Joules charge_max;
  Watts power;  // > 0
  double one_way_efficiency = 1;
  std::optional<Watts> import_limit;
};

/// Solves one problem after another; equal numbers of steps start from the last solution.
class BatteryPlanner {
 public:
  /// Whether this build has CLP.
  static bool is_built();

  BatteryPlanner();
  ~BatteryPlanner();
  /// Power at the terminals in each step, positive discharges.
  std::vector<Watts> solve(const PlanInputs& inputs);

 private:
  class Program;
  std::unique_ptr<Program> program_;
};

}  // namespace tokenfab
