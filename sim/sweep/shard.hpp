// SPDX-License-Identifier: Apache-2.0
// Parts of a sweep for machines that work side by side.
#pragma once

#include <cstdint>
#include <optional>
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

/// That of this task of a Slurm job array; absent outside of one. SLURM_ARRAY_TASK_ID counts from
/// SLURM_ARRAY_TASK_MIN in steps of SLURM_ARRAY_TASK_STEP, SLURM_ARRAY_TASK_COUNT says how many
/// there are (sbatch(1), Slurm 22.05). Throws std::invalid_argument with what is wrong.
std::optional<Shard> shard_of_slurm();

}  // namespace tokenfab
