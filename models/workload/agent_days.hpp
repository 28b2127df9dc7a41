// SPDX-License-Identifier: Apache-2.0
// What agents have achieved, and how many distinct ones completed a task on each local day. Memory
// follows the number of agents, not that of tasks.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/api/workload.hpp"

namespace tokenfab {

class AgentDays {
 public:
  /// `time_of_day`: local, at date 0; below 24 h.
  void begin(Duration time_of_day) { time_of_day_ = time_of_day; }

  void fail() { ++activity_.tasks_failed; }

  /// Dates never decrease. `agent`: none for one that is never seen again.
  void complete(Instant date, std::optional<std::uint32_t> agent) {
    constexpr auto day = Duration::from_ticks(Int128{86'400} * Duration::ticks_per_second);
    const auto since_midnight = date.since_start() + time_of_day_;
    const auto number = static_cast<std::size_t>(since_midnight.ticks() / day.ticks());
    auto& days = activity_.agents_by_day;
    if (days.size() <= number) {
      days.resize(number + 1);
    }
    ++activity_.tasks_completed;
    if (!agent) {
      ++days[number];
      return;
    }
    if (days_seen_.size() <= *agent) {
      days_seen_.resize(*agent + std::size_t{1});
    }
    if (days_seen_[*agent] != number + 1) {
      days_seen_[*agent] = static_cast<std::uint32_t>(number + 1);
      ++days[number];
    }
  }

  const AgentActivity& activity() const { return activity_; }

 private:
  Duration time_of_day_;
  AgentActivity activity_;
  std::vector<std::uint32_t> days_seen_;  // of each agent: the last day, from 1; 0: never
};

}  // namespace tokenfab
