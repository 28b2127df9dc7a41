// SPDX-License-Identifier: Apache-2.0
// First come, first served, and the same with EASY backfilling (job_gang.hpp). Priorities and users
// count for nothing.
#pragma once

#include "models/scheduler/job_gang.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

/// One queue for all.
class SubmissionOrder : public GangScheduler {
 protected:
  using GangScheduler::GangScheduler;
  QueueIndex queue_of(const JobDemand&) final { return 0; }
  void order(Instant, std::vector<QueueIndex>& queues) final { queues.assign(1, 0); }
};

struct FcfsConfig {
  static void describe(Describe<FcfsConfig>&) {}
};

class Fcfs final : public SubmissionOrder {
 public:
  explicit Fcfs(const FcfsConfig&) : SubmissionOrder(Backfill::None) {}
};

struct EasyConfig {
  static void describe(Describe<EasyConfig>&) {}
};

class Easy final : public SubmissionOrder {
 public:
  explicit Easy(const EasyConfig&) : SubmissionOrder(Backfill::Easy) {}
};

}  // namespace tokenfab
