// SPDX-License-Identifier: Apache-2.0
// Jobs that wait, in order of first submission: one that comes back takes its old place. A tree of
// least sizes and least estimates over the places finds the next job within limits without looking
// at those that are outside them.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

#include "models/scheduler/job_parts.hpp"

namespace tokenfab {

inline constexpr Duration endless = Duration::from_ticks(std::numeric_limits<Int128>::max());

/// What a job must keep to: the size, and besides one of the other two.
struct QueueLimits {
  ChipParts parts = std::numeric_limits<ChipParts>::max();
  Duration estimate = endless;
  ChipParts extra_parts = 0;

  bool admits(ChipParts job_parts, Duration job_estimate) const {
    return job_parts <= parts && (job_estimate <= estimate || job_parts <= extra_parts);
  }
};

class JobQueue {
 public:
  void add(JobIndex job, ChipParts parts, Duration estimate);
  /// A job that is there.
  void remove(JobIndex job);
  bool empty() const { return count_ == 0; }
  std::optional<JobIndex> first() const { return next(0, {}); }
  /// The first job from `from` on that the limits admit.
  std::optional<JobIndex> next(JobIndex from, const QueueLimits& limits) const;

 private:
  /// The least of a range of places, each taken by itself.
  struct Least {
    ChipParts parts = std::numeric_limits<ChipParts>::max();
    Duration estimate = endless;
  };

  bool is_present(std::size_t place) const {
    return tree_[leaves_ + place].parts != std::numeric_limits<ChipParts>::max();
  }
  std::size_t place_of(JobIndex job) const;
  void set(std::size_t place, const Least& least);
  void rebuild(JobIndex job);
  std::optional<std::size_t> find(std::size_t node, std::size_t low, std::size_t width,
                                  std::size_t from, const QueueLimits& limits) const;

  std::vector<JobIndex> jobs_;  // by place, ascending; some have left
  std::vector<Least> tree_;     // node n has the children 2n and 2n + 1; leaves from leaves_ on
  std::size_t leaves_ = 0;
  std::size_t count_ = 0;
};

}  // namespace tokenfab
