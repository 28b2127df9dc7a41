// SPDX-License-Identifier: Apache-2.0
// The search for the cheapest layout that meets all limits, each at its smallest feasible size.
//
// 1. Layouts that do not fit, or cannot reach a limit of tpot by their closed-form speed, go.
// 2. The layout with the least estimated cost is sized in full. From then on a layout goes as soon
//    as a feasible one is both cheaper than its cost bound less the margin and faster than its
//    speed bound: it can neither win nor stand on the front of cost against interactivity.
// 3. While more layouts are left than may be finalists, all are sized on a stretch of the load, an
//    eighth, then a quarter, then half of it. Each time the dearer half goes; who is on the front,
//    who ties with the last one kept, and who misses a limit by little stays.
// 4. The rest is sized in full, the lowest bounds first. Where none of them is feasible, those that
//    went in step 3 follow until one is.
//
// What steps 1, 2 and 4 drop cannot win as far as the bounds hold (screening.hpp). What step 3
// drops lost on a shorter stretch: `unproven` counts those of them that their bounds do not rule
// out. An exhaustive search plays every size of every layout that fits.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sim/plan/trial.hpp"

namespace tokenfab {

enum class Fate { DoesNotFit, TooSlow, RuledOut, LostOnStretch, Infeasible, Feasible };
/// "does not fit", "too slow", "ruled out by its bound", ...
const char* name_of(Fate fate);

struct LayoutResult {
  Fate fate = Fate::Infeasible;
  std::string reason;            // of a layout that does not fit or is too slow
  double bound_usd = 0;          // least cost per million tokens, any size; 0: none known
  std::optional<Trial> best;     // of a feasible one
  std::optional<Trial> nearest;  // of the full runs the one that misses least, if none is feasible
};

/// What a stretch of the load was used for.
struct PlanRound {
  double fraction = 1;
  std::size_t layouts = 0;
  std::size_t runs = 0;
};

struct PlanResult {
  std::vector<LayoutResult> layouts;  // by layout
  std::vector<std::size_t> front;     // feasible layouts, by rising interactivity
  std::optional<std::size_t> winner;
  std::optional<std::size_t> runner_up;
  std::vector<PlanRound> rounds;
  std::size_t unproven = 0;
  bool is_whole = true;  // false: ended by whoever watches
};

PlanResult search(const PlanContext& context, Trials& trials);

}  // namespace tokenfab
