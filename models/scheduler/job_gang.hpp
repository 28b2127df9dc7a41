// SPDX-License-Identifier: Apache-2.0
// What schedulers that start jobs in an order have in common. A job starts on all its chips at once
// or waits. Queues stand in the scheduler's order, jobs of a queue in order of submission. The
// first job without chips is the head; without backfilling nothing behind it starts.
//
// EASY backfilling (D. Lifka, "The ANL/IBM SP scheduling system", JSSPP 1995): the head is promised
// the date by which, by their estimates, enough running jobs will have ended (all jobs of that date
// count). Behind it, first fit in order, a job starts if it would end by that date, or if it
// leaves the head its chips even then. A job that outlives its estimate counts as ending at once.
// A head that fits by number but not by place is held its number of chips. Where one job finds no
// place no larger one does, so these are not tried until something changes.
#pragma once

#include <vector>

#include "models/scheduler/job_ends.hpp"
#include "models/scheduler/job_queue.hpp"

namespace tokenfab {

enum class Backfill { None, Easy };

class GangScheduler : public JobScheduler {
 public:
  void start(const SchedulerInputs& inputs) override { static_cast<void>(inputs); }
  void submitted(JobIndex job, const JobDemand& demand, Instant now) final;
  void ended(JobIndex job, Instant now) final;
  void capacity_changed(std::int64_t, Instant) final { is_changed_ = true; }
  void decide(Instant now, JobFloor& floor) final;

 protected:
  using QueueIndex = std::uint32_t;

  struct Job {
    JobDemand demand;
    ChipParts parts = 0;
    Instant begin;
    QueueIndex queue = 0;
    Instant expected_end() const { return begin + demand.estimate; }
  };

  /// `takes_turns`: the order is asked for again after every start.
  explicit GangScheduler(Backfill backfill, bool takes_turns = false)
      : backfill_(backfill), takes_turns_(takes_turns) {}

  const Job& job(JobIndex index) const { return jobs_[index]; }
  /// The first job that waits in a queue, which may not have come into being yet.
  std::optional<JobIndex> first_of(QueueIndex queue) const {
    return queue < queues_.size() ? queues_[queue].first() : std::nullopt;
  }

  /// Where a job waits. A new number may be one more than the last.
  virtual QueueIndex queue_of(const JobDemand& demand) = 0;
  /// All queues that hold jobs, and perhaps others; the first one goes first.
  virtual void order(Instant now, std::vector<QueueIndex>& queues) = 0;
  /// Largest job of the queue that may start; larger ones hold nobody back.
  virtual ChipParts allowance(QueueIndex) const { return std::numeric_limits<ChipParts>::max(); }
  /// Preempts what is needed so that `missing` more are free; false: it cannot or will not.
  virtual bool make_room(const Job& head, ChipParts missing, JobFloor& floor) {
    static_cast<void>(head);
    static_cast<void>(missing);
    static_cast<void>(floor);
    return false;
  }
  virtual void began(JobIndex job, Instant now) {
    static_cast<void>(job);
    static_cast<void>(now);
  }
  virtual void gave_back(JobIndex job, Instant now) {
    static_cast<void>(job);
    static_cast<void>(now);
  }

 private:
  enum class Outcome { Exhausted, Started, Held };
  struct Window {
    ChipParts free = 0;
    bool has_head = false;
    ChipParts refused = std::numeric_limits<ChipParts>::max();  // least size that found no place
    QueueLimits limits;                                         // behind the head; the size apart
  };

  Outcome scan(QueueIndex queue, Window& window, Instant now, JobFloor& floor);
  bool try_start(JobIndex index, Window& window, Instant now, JobFloor& floor);
  void hold_for(const Job& head, Window& window, Instant now) const;

  Backfill backfill_;
  bool takes_turns_;
  bool is_changed_ = false;
  std::vector<Job> jobs_;
  std::vector<JobQueue> queues_;
  std::vector<QueueIndex> order_;
  JobEnds ends_;
};

}  // namespace tokenfab
