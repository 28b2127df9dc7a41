// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/job_gang.hpp"

#include <algorithm>
#include <utility>

namespace tokenfab {

void GangScheduler::submitted(JobIndex index, const JobDemand& demand, Instant) {
  is_changed_ = true;
  if (index >= jobs_.size()) {
    jobs_.resize(index + std::size_t{1});
  }
  Job& job = jobs_[index];
  job.demand = demand;
  job.parts = parts_of(demand);
  job.queue = queue_of(demand);
  if (job.queue >= queues_.size()) {
    queues_.resize(job.queue + std::size_t{1});
  }
  queues_[job.queue].add(index, job.parts, demand.estimate);
}

void GangScheduler::ended(JobIndex index, Instant now) {
  is_changed_ = true;
  ends_.remove(jobs_[index].expected_end(), index);
  gave_back(index, now);
}

void GangScheduler::decide(Instant now, JobFloor& floor) {
  if (!std::exchange(is_changed_, false)) {
    return;
  }
  Window window;
  window.free = parts_of_chips(floor.free_chips());
  for (bool again = true; std::exchange(again, false);) {
    order(now, order_);
    for (const QueueIndex queue : order_) {
      const Outcome outcome = scan(queue, window, now, floor);
      if (outcome == Outcome::Held) {
        return;
      }
      if (outcome == Outcome::Started) {
        again = true;
        break;
      }
    }
  }
}

GangScheduler::Outcome GangScheduler::scan(QueueIndex queue, Window& window, Instant now,
                                           JobFloor& floor) {
  if (queue >= queues_.size()) {
    return Outcome::Exhausted;  // chips came or went before the first job
  }
  JobIndex from = 0;
  for (;;) {
    QueueLimits limits = window.limits;
    limits.parts = allowance(queue);
    if (window.has_head) {
      limits.parts = std::min({limits.parts, window.free, window.refused - 1});
    }
    const auto index = queues_[queue].next(from, limits);
    if (!index) {
      return Outcome::Exhausted;
    }
    from = *index + 1;
    if (try_start(*index, window, now, floor)) {
      if (takes_turns_) {
        return Outcome::Started;
      }
    } else if (!window.has_head) {
      if (backfill_ == Backfill::None) {
        return Outcome::Held;
      }
      hold_for(jobs_[*index], window, now);
    }
  }
}

bool GangScheduler::try_start(JobIndex index, Window& window, Instant now, JobFloor& floor) {
  const ChipParts parts = jobs_[index].parts;
  if (parts > window.free) {
    if (!make_room(jobs_[index], parts - window.free, floor)) {
      return false;
    }
    window.free = parts_of_chips(floor.free_chips());
  }
  if (!floor.start(index)) {
    window.refused = std::min(window.refused, parts);
    return false;
  }
  Job& job = jobs_[index];
  queues_[job.queue].remove(index);
  job.begin = now;
  ends_.add(job.expected_end(), index, parts);
  window.free -= parts;
  if (window.has_head && job.demand.estimate > window.limits.estimate) {
    window.limits.extra_parts -= parts;
  }
  began(index, now);
  return true;
}

void GangScheduler::hold_for(const Job& head, Window& window, Instant now) const {
  window.has_head = true;
  if (head.parts <= window.free) {
    window.limits.estimate = Duration();
    window.limits.extra_parts = window.free - head.parts;
  } else if (const auto release = ends_.first_with(head.parts - window.free)) {
    window.limits.estimate = release->date - now;
    window.limits.extra_parts = window.free + release->parts - head.parts;
  }
  // Otherwise nodes are lost that the head needs: nobody can delay it.
}

}  // namespace tokenfab
