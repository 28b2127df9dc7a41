// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/job_conservative.hpp"

#include <algorithm>

namespace tokenfab {
namespace {

constexpr Duration tick = Duration::from_ticks(1);

}  // namespace

void ConservativeConfig::describe(Describe<ConservativeConfig>& d) {
  d.field("depth", &ConservativeConfig::depth,
          "Jobs that are promised a date at most; later ones wait until others have started")
      .range(1, 1e6)
      .source("Estimate: as Slurm's bf_max_job_test, whose default of 500 serves several queues");
}

void Conservative::start(const SchedulerInputs& inputs) {
  capacity_ = inputs.chips * parts_per_chip;
  profile_.start(Instant(), capacity_);
}

void Conservative::submitted(JobIndex index, const JobDemand& demand, Instant) {
  is_changed_ = true;
  if (index >= jobs_.size()) {
    jobs_.resize(index + std::size_t{1});
  }
  jobs_[index] = {parts_of(demand), std::max(demand.estimate, tick), std::nullopt};
  later_.insert(index);
}

void Conservative::ended(JobIndex index, Instant now) {
  is_changed_ = true;
  const Job& job = jobs_[index];
  running_.erase({job.end(), index});
  if (now < job.end()) {
    ended_early_ = true;
    profile_.add(now, job.end(), job.parts);
  }
}

void Conservative::capacity_changed(std::int64_t chips, Instant) {
  is_changed_ = true;
  is_off_plan_ = true;
  capacity_ = chips * parts_per_chip;
}

void Conservative::decide(Instant now, JobFloor& floor) {
  if (!is_changed_) {
    return;
  }
  is_changed_ = false;
  const bool has_overdue = !running_.empty() && running_.begin()->first <= now;
  if (has_overdue || is_off_plan_) {
    plan_from_nothing(now);
  } else {
    profile_.forget_before(now);
    if (ended_early_) {
      for (const JobIndex index : planned_) {
        unplan(jobs_[index]);
        plan(jobs_[index], now);
      }
    }
  }
  ended_early_ = false;
  is_off_plan_ = has_overdue;
  do {
    plan_more(now);
  } while (start_due(now, floor) && !later_.empty());
}

void Conservative::plan(Job& job, Instant now) {
  job.begin = profile_.first_with(now, job.parts, job.estimate);
  if (job.begin) {
    profile_.add(*job.begin, job.end(), -job.parts);
  }
}

void Conservative::unplan(Job& job) {
  if (job.begin) {
    profile_.add(*job.begin, job.end(), job.parts);
  }
}

void Conservative::plan_from_nothing(Instant now) {
  profile_.start(now, capacity_);
  for (const auto& [end, index] : running_) {
    profile_.add(now, std::max(end, now + tick), -jobs_[index].parts);
  }
  for (const JobIndex index : planned_) {
    plan(jobs_[index], now);
  }
}

void Conservative::plan_more(Instant now) {
  while (planned_.size() < depth_ && !later_.empty()) {
    const JobIndex index = *later_.begin();
    later_.erase(later_.begin());
    planned_.insert(index);
    plan(jobs_[index], now);
  }
}

/// Starts what is planned for now; whether anything did.
bool Conservative::start_due(Instant now, JobFloor& floor) {
  bool has_started = false;
  for (auto waiting = planned_.begin(); waiting != planned_.end();) {
    const JobIndex index = *waiting;
    const auto& begin = jobs_[index].begin;
    if (!begin || *begin > now) {
      ++waiting;
    } else if (floor.start(index)) {
      has_started = true;
      running_.emplace(jobs_[index].end(), index);
      waiting = planned_.erase(waiting);
    } else {
      // It fits by number but not by place.
      is_off_plan_ = true;
      ++waiting;
    }
  }
  return has_started;
}

}  // namespace tokenfab
