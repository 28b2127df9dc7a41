// SPDX-License-Identifier: Apache-2.0
// A sweep: one scenario and what is varied in it. The points are numbered and made on demand, so a
// million of them cost nothing until they are run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/loader.hpp"
#include "sim/sweep/axis.hpp"
#include "sim/sweep/constraint.hpp"

namespace tokenfab {

/// Which of N parts of a sweep: the runs whose number is `index` modulo `count`.
struct Shard {
  std::int64_t index = 0;  // from 0
  std::int64_t count = 1;
};

/// "i/N". i counts from 1 to N or from 0 to N - 1: N and 0 are the same part, so both habits cover
/// every run once. Throws std::invalid_argument with what is wrong.
Shard shard_of(std::string_view text);
/// That of this task of a Slurm job array (SLURM_ARRAY_TASK_ID, _MIN, _COUNT, _STEP); absent
/// outside of one. Throws std::invalid_argument.
std::optional<Shard> shard_of_slurm();

/// One run of a sweep.
struct SweepRun {
  std::int64_t run = 0;    // number within the sweep: point x replications + replication
  std::int64_t point = 0;  // from 0, of the points that the constraints allow
  std::int64_t replication = 0;
  std::int64_t seed = 0;
  std::vector<AxisValue> values;  // one per axis, in the order of Sweep::axes
  /// JSON pointer and value of everything that is set, for ScenarioRequest::overrides.
  std::vector<std::pair<std::string, std::string>> settings;
};

struct Sweep {
  std::string name;
  std::string path;         // of the sweep file
  std::string text;         // the sweep file itself
  std::string sha256;       // of `text` and of the base scenario, resolved
  ScenarioRequest base;     // with what the sweep sets for all points
  std::vector<Axis> axes;   // the last varies fastest
  std::vector<std::string> metrics;  // that are kept, with * for any characters; empty: all
  std::int64_t replications = 1;
  std::vector<std::int64_t> points;  // numbers in the full grid of those that are allowed

  std::int64_t run_count() const;
  /// Run number `run` of run_count().
  SweepRun run(std::int64_t number) const;
  /// What is loaded for it.
  ScenarioRequest request_of(const SweepRun& run) const;
};

/// Reads and checks the whole file and tries every value of every axis on the base scenario. Throws
/// ConfigError with all problems, DataError or InfeasibleError of the base.
Sweep load_sweep(const std::string& path, const std::vector<std::string>& data_folders);

}  // namespace tokenfab
