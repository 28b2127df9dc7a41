// SPDX-License-Identifier: Apache-2.0
// Greater priorities first, equal ones in order of submission. The head may take chips from running
// preemptible jobs of lower priority: the lowest first, of equals the one that began last (which
// loses least), and no more of them than it needs.
#pragma once

#include <map>
#include <set>
#include <tuple>

#include "models/scheduler/job_gang.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct JobPriorityConfig {
  bool preemption = true;
  Backfill backfill = Backfill::Easy;

  static void describe(Describe<JobPriorityConfig>& d);
};

class JobPriority final : public GangScheduler {
 public:
  explicit JobPriority(const JobPriorityConfig& config)
      : GangScheduler(config.backfill), preemption_(config.preemption) {}

 protected:
  QueueIndex queue_of(const JobDemand& demand) override;
  void order(Instant now, std::vector<QueueIndex>& queues) override;
  bool make_room(const Job& head, ChipParts missing, JobFloor& floor) override;
  void began(JobIndex job, Instant now) override;
  void gave_back(JobIndex job, Instant now) override;

 private:
  using Victim = std::tuple<double, Duration, JobIndex>;  // priority, age at the begin, job
  Victim victim(JobIndex job) const;

  bool preemption_;
  std::map<double, QueueIndex, std::greater<>> queues_;  // by priority
  std::set<Victim> preemptible_;                         // running, the first to go first
};

}  // namespace tokenfab
