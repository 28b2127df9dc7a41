// SPDX-License-Identifier: Apache-2.0
// Parts of a sweep for machines that work side by side.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tokenfab {

/// Which of `count` parts of a sweep: the runs whose number is `index` modulo `count`.
struct Shard {
  std::int64_t index = 0;  // from 0
  std::int64_t count = 1;

  bool holds(std::int64_t run) const { return run % count == index; }
};

/// "i/N". i counts from 1 to N or from 0 to N - 1: N and 0 are the same part, so both habits cover
/// every run once. Throws std::invalid_argument with what is wrong.
Shard shard_of(std::string_view text);

/// What Slurm tells a task of a job array (sbatch(1), Slurm 22.05): its number, which counts from
/// `min` in steps of `step`, and how many there are. As the environment has it; absent: not set.
struct SlurmTask {
  std::optional<std::string> id;     // SLURM_ARRAY_TASK_ID
  std::optional<std::string> min;    // SLURM_ARRAY_TASK_MIN
  std::optional<std::string> count;  // SLURM_ARRAY_TASK_COUNT
  std::optional<std::string> step;   // SLURM_ARRAY_TASK_STEP; 1 if absent
};

/// The task's part; absent outside of a job array. Throws std::invalid_argument with what is wrong.
std::optional<Shard> shard_of(const SlurmTask& task);

}  // namespace tokenfab
