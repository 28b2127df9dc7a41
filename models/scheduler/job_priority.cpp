// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/job_priority.hpp"

#include <algorithm>

namespace tokenfab {

void JobPriorityConfig::describe(Describe<JobPriorityConfig>& d) {
  using C = JobPriorityConfig;
  d.choice("backfill", &C::backfill, {"none", "easy"},
           "Whether later jobs start that do not delay the first one without chips");
  d.field("preemption", &C::preemption,
          "Whether a job may take the chips of running preemptible jobs of lower priority");
}

GangScheduler::QueueIndex JobPriority::queue_of(const JobDemand& demand) {
  return queues_.try_emplace(demand.priority, static_cast<QueueIndex>(queues_.size()))
      .first->second;
}

/// Empty ones too: whoever is preempted joins one in the middle of a scan.
void JobPriority::order(Instant, std::vector<QueueIndex>& queues) {
  queues.clear();
  for (const auto& [priority, queue] : queues_) {
    queues.push_back(queue);
  }
}

JobPriority::Victim JobPriority::victim(JobIndex index) const {
  const Job& running = job(index);
  return {running.demand.priority, -running.begin.since_start(), index};
}

void JobPriority::began(JobIndex index, Instant) {
  if (preemption_ && job(index).demand.is_preemptible) {
    preemptible_.insert(victim(index));
  }
}

void JobPriority::gave_back(JobIndex index, Instant) { preemptible_.erase(victim(index)); }

bool JobPriority::make_room(const Job& head, ChipParts missing, JobFloor& floor) {
  std::vector<JobIndex> victims;
  ChipParts gained = 0;
  for (const auto& [priority, age, index] : preemptible_) {
    if (gained >= missing || priority >= head.demand.priority) {
      break;
    }
    victims.push_back(index);
    gained += job(index).parts;
  }
  if (gained < missing) {
    return false;
  }
  // Those that need not go after all, the most valuable first.
  std::reverse(victims.begin(), victims.end());
  std::erase_if(victims, [&](JobIndex index) {
    const bool is_spared = gained - job(index).parts >= missing;
    gained -= is_spared ? job(index).parts : 0;
    return is_spared;
  });
  for (const JobIndex index : victims) {
    floor.preempt(index);
  }
  return true;
}

}  // namespace tokenfab
