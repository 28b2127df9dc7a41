// SPDX-License-Identifier: Apache-2.0
#include "sim/sweep/sweep.hpp"

#include <algorithm>
#include <cstddef>

#include "sim/core/check.hpp"
#include "sim/core/mix.hpp"
#include "sim/report/replications_section.hpp"
#include "sim/sweep/glob.hpp"
#include "sim/sweep/grid.hpp"

namespace tokenfab {
namespace {

/// Below 2^53, which every JSON reader keeps exactly.
std::int64_t seed_of(std::int64_t sweep_seed, std::int64_t point, std::int64_t replication) {
  const auto chain =
      chained(chained(static_cast<std::uint64_t>(sweep_seed), static_cast<std::uint64_t>(point)),
              static_cast<std::uint64_t>(replication));
  return static_cast<std::int64_t>(chain >> 11);
}

}  // namespace

std::int64_t Sweep::run_count() const {
  return static_cast<std::int64_t>(points.size()) * replications;
}

SweepRun Sweep::run(std::int64_t number) const {
  CHECK(number >= 0 && number < run_count(), "run {} of {}", number, run_count());
  SweepRun made;
  made.run = number;
  made.point = number / replications;
  made.replication = number % replications;
  const auto in_grid = points[static_cast<std::size_t>(made.point)];
  made.seed = seeds == SweepSeeds::PerPoint ? seed_of(seed, in_grid, made.replication)
                                            : replication_seed(seed, made.replication);
  const auto position = grid_position(axes, in_grid);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto& value = axes[i].values[position[i]];
    for (std::size_t p = 0; p < axes[i].pointers.size(); ++p) {
      if (!value.settings[p].empty()) {
        made.settings.emplace_back(axes[i].pointers[p], value.settings[p]);
      }
    }
    made.values.push_back(value);
  }
  return made;
}

ScenarioRequest Sweep::request_of(const SweepRun& run) const {
  auto request = base;
  request.seed = run.seed;
  request.overrides.insert(request.overrides.end(), run.settings.begin(), run.settings.end());
  return request;
}

bool Sweep::keeps(std::string_view metric) const {
  return metrics.empty() || std::any_of(metrics.begin(), metrics.end(), [&](const auto& pattern) {
           return matches_glob(pattern, metric);
         });
}

}  // namespace tokenfab
