// SPDX-License-Identifier: Apache-2.0
// Fair share: the user whose usage is least for its share goes first, one job at a time. Usage is
// chips x time, which halves every `half_life` (as in Slurm's multifactor priority). A job is
// charged its estimate when it starts and is given back at its end what it did not use, so the
// order changes only when jobs start and end, never by time alone.
// A quota bounds the chips that a user holds at once; jobs above it wait and hold nobody back.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "models/scheduler/job_gang.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct FairShareConfig {
  Seconds half_life{7 * 86400.0};
  std::map<std::string, double> shares;
  std::map<std::string, double> quotas;
  std::optional<std::int64_t> quota;
  Backfill backfill = Backfill::Easy;

  static void describe(Describe<FairShareConfig>& d);
};

class FairShare final : public GangScheduler {
 public:
  explicit FairShare(const FairShareConfig& config)
      : GangScheduler(config.backfill, true), config_(config) {}

  void start(const SchedulerInputs& inputs) override;
  void user_joined(std::uint32_t user, const std::string& name) override;

 protected:
  QueueIndex queue_of(const JobDemand& demand) override;
  void order(Instant now, std::vector<QueueIndex>& queues) override;
  ChipParts allowance(QueueIndex queue) const override;
  void began(JobIndex job, Instant now) override;
  void gave_back(JobIndex job, Instant now) override;

 private:
  struct User {
    double share = 1;
    ChipParts quota = 0;
    ChipParts held = 0;
    double chip_seconds = 0;  // at `date`
    Instant date;
  };

  User& user_at(std::uint32_t number);
  void charge(User& user, double chip_seconds, Instant now) const;
  double decay(Duration age) const;

  FairShareConfig config_;
  std::vector<User> users_;  // by number, which is also that of the queue
};

}  // namespace tokenfab
