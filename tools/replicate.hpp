// SPDX-License-Identifier: Apache-2.0
// One scenario played under several seeds, each in a process of its own. The first run is the plain
// one; the result does not depend on how many processes there are at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "sim/report/result_files.hpp"
#include "sim/scenario/loader.hpp"
#include "tools/play.hpp"

namespace tokenfab::tools {

struct ReplicationPlan {
  const Scenario& first;    // loaded from `request`
  ScenarioRequest request;  // from which the others are loaded, under their seeds
  std::int64_t count = 2;
  std::optional<std::int64_t> jobs;  // processes at once; absent: one per processor
};

/// The first run's texts, its report and its table with the intervals over all runs. The first run
/// writes its rows to `files`, if any. `watch` hears how many runs are done; nothing is returned
/// where it says false. Throws ChildFailed.
std::optional<RunTexts> replicate(const ReplicationPlan& plan, ResultFiles* files,
                                  const std::function<bool(std::size_t)>& watch);

}  // namespace tokenfab::tools
