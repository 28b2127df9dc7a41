// SPDX-License-Identifier: Apache-2.0
// Conservative backfilling (A. Mu'alem and D. Feitelson, "Utilization, predictability, workloads,
// and user runtime estimates in scheduling the IBM SP2 with backfilling", IEEE TPDS 12(6), 2001):
// every job is promised a date when it is submitted, the first at which its chips are free for its
// whole estimate beside all promises made before. When a job ends early, promises are made anew in
// order of submission, each at the same date or an earlier one.
// Where estimates do not hold (a job outlives its own, nodes are lost or come back) all are planned
// from nothing in order of submission; a job that outlives its estimate counts as ending at once.
#pragma once

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "models/scheduler/job_profile.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct ConservativeConfig {
  std::int64_t depth = 1000;

  static void describe(Describe<ConservativeConfig>& d);
};

class Conservative final : public JobScheduler {
 public:
  explicit Conservative(const ConservativeConfig& config)
      : depth_(static_cast<std::size_t>(config.depth)) {}

  void start(const SchedulerInputs& inputs) override;
  void submitted(JobIndex job, const JobDemand& demand, Instant now) override;
  void ended(JobIndex job, Instant now) override;
  void capacity_changed(std::int64_t chips, Instant now) override;
  void decide(Instant now, JobFloor& floor) override;

  /// What a job that waits is promised; none: nothing yet.
  std::optional<Instant> promised(JobIndex job) const { return jobs_[job].begin; }

 private:
  struct Job {
    ChipParts parts = 0;
    Duration estimate;             // at least a tick
    std::optional<Instant> begin;  // planned, then true
    Instant end() const { return *begin + estimate; }
  };

  void plan(Job& job, Instant now);
  void unplan(Job& job);
  void plan_from_nothing(Instant now);
  void plan_more(Instant now);
  bool start_due(Instant now, JobFloor& floor);

  std::size_t depth_;
  ChipParts capacity_ = 0;
  JobProfile profile_;
  std::vector<Job> jobs_;
  std::set<JobIndex> planned_;  // wait; in the profile where there is room for them at all
  std::set<JobIndex> later_;    // wait beyond the depth
  std::set<std::pair<Instant, JobIndex>> running_;  // by expected end
  bool is_changed_ = false;
  bool ended_early_ = false;
  bool is_off_plan_ = false;
};

}  // namespace tokenfab
