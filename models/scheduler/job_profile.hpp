// SPDX-License-Identifier: Apache-2.0
// Chips expected to be free, as steps over time.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "models/scheduler/job_parts.hpp"

namespace tokenfab {

class JobProfile {
 public:
  /// All of `parts` free from `now` on.
  void start(Instant now, ChipParts parts);
  /// Forgets what was before `now`.
  void forget_before(Instant now);
  /// Adds to what is free from `begin` to `end`; takes if negative.
  void add(Instant begin, Instant end, ChipParts parts);
  /// The first date from `now` on at which `parts` are free for as long as `length`; none: they
  /// never are.
  std::optional<Instant> first_with(Instant now, ChipParts parts, Duration length) const;

 private:
  struct Step {
    Instant from;
    ChipParts free = 0;
  };
  std::size_t step_at(Instant date) const;
  std::size_t cut(Instant date);

  std::vector<Step> steps_;  // the last one has no end
};

}  // namespace tokenfab
