// SPDX-License-Identifier: Apache-2.0
// A sweep: one scenario and what is varied in it. The points are numbered and made on demand, so a
// million of them cost nothing until they are run.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/loader.hpp"
#include "sim/sweep/axis.hpp"
#include "sim/sweep/shard.hpp"

namespace tokenfab {

/// One run of a sweep.
struct SweepRun {
  std::int64_t run = 0;    // number within the sweep: point x replications + replication
  std::int64_t point = 0;  // from 0, of the points that the constraints allow
  std::int64_t replication = 0;
  std::int64_t seed = 0;
  std::vector<AxisValue> values;  // one per axis, in the order of Sweep::axes
  /// JSON pointer and value of everything that the axes set, for ScenarioRequest::overrides.
  std::vector<std::pair<std::string, std::string>> settings;
};

/// Which seeds the runs of a sweep have.
enum class SweepSeeds {
  PerPoint,  // one of its own for every run
  Common     // replication r of all points has the same: what differs between points is not luck
};

struct Sweep {
  std::string name;
  std::string path;                  // of the sweep file
  std::string text;                  // the sweep file itself
  std::string sha256;                // of `text` and of the base scenario merged with its own bases
  ScenarioRequest base;              // with what the sweep sets for all points
  std::vector<Axis> axes;            // the last varies fastest
  std::vector<std::string> metrics;  // that are kept, with * for any characters; empty: all
  std::int64_t replications = 1;
  std::int64_t seed = 1;
  SweepSeeds seeds = SweepSeeds::PerPoint;
  std::vector<std::int64_t> points;  // numbers in the full grid of those that are allowed

  std::int64_t run_count() const;
  /// Run `number` of run_count(). A point keeps its seeds when constraints or replications change.
  SweepRun run(std::int64_t number) const;
  /// What is loaded for it.
  ScenarioRequest request_of(const SweepRun& run) const;
  bool keeps(std::string_view metric) const;
};

/// Reads and checks the whole file and tries the values of every axis on the base scenario. Throws
/// ConfigError with all problems, DataError if the base's data is at fault.
Sweep load_sweep(const std::string& path, const std::vector<std::string>& data_folders);

}  // namespace tokenfab
