// SPDX-License-Identifier: Apache-2.0
// When running jobs are expected to end, in order, with sums over blocks: the date by which so
// many chips will be free is found without walking over all jobs.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "models/scheduler/job_parts.hpp"

namespace tokenfab {

class JobEnds {
 public:
  void add(Instant end, JobIndex job, ChipParts parts);
  /// A job that is there.
  void remove(Instant end, JobIndex job);

  struct Release {
    Instant date;
    ChipParts parts = 0;  // of all jobs expected to end until then, those of that date included
  };
  /// The first date by which jobs with `needed` in all are expected to end.
  std::optional<Release> first_with(ChipParts needed) const;

 private:
  struct End {
    Instant date;
    JobIndex job = 0;
    ChipParts parts = 0;
  };
  struct Block {
    std::vector<End> ends;  // never empty
    ChipParts sum = 0;
  };
  std::size_t block_of(Instant end, JobIndex job) const;

  std::vector<Block> blocks_;
};

}  // namespace tokenfab
