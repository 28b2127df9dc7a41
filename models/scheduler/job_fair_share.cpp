// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/job_fair_share.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace tokenfab {
namespace {

constexpr ChipParts no_quota = std::numeric_limits<ChipParts>::max();

}  // namespace

void FairShareConfig::describe(Describe<FairShareConfig>& d) {
  using C = FairShareConfig;
  d.choice("backfill", &C::backfill, {"none", "easy"},
           "Whether later jobs start that do not delay the first one without chips");
  d.field("half_life", &C::half_life, "Time in which past usage counts half")
      .range(1, 1e10)
      .source("Slurm slurm.conf, PriorityDecayHalfLife: 7 days");
  d.field("quota", &C::quota, "Chips that a user without an entry in quotas holds at most")
      .range(1, 1e9);
  d.field("quotas", &C::quotas, "User -> chips held at most at once").range(0, 1e9);
  d.field("shares", &C::shares, "User -> share of the cluster, against 1 of all others")
      .range(1e-6, 1e9);
}

void FairShare::start(const SchedulerInputs& inputs) {
  for (std::uint32_t number = 0; number < inputs.users.size(); ++number) {
    user_joined(number, inputs.users[number]);
  }
}

FairShare::User& FairShare::user_at(std::uint32_t number) {
  while (users_.size() <= number) {
    users_.emplace_back().quota = config_.quota ? *config_.quota * parts_per_chip : no_quota;
  }
  return users_[number];
}

void FairShare::user_joined(std::uint32_t number, const std::string& name) {
  User& user = user_at(number);
  if (const auto share = config_.shares.find(name); share != config_.shares.end()) {
    user.share = share->second;
  }
  if (const auto quota = config_.quotas.find(name); quota != config_.quotas.end()) {
    user.quota = parts_of_chips(quota->second);
  }
}

GangScheduler::QueueIndex FairShare::queue_of(const JobDemand& demand) {
  user_at(demand.user);
  return demand.user;
}

double FairShare::decay(Duration age) const {
  return std::exp2(-age.seconds() / config_.half_life.si());
}

void FairShare::charge(User& user, double chip_seconds, Instant now) const {
  user.chip_seconds = user.chip_seconds * decay(now - user.date) + chip_seconds;
  user.date = now;
}

void FairShare::order(Instant now, std::vector<QueueIndex>& queues) {
  std::vector<std::tuple<double, JobIndex, QueueIndex>> waiting;
  for (QueueIndex number = 0; number < users_.size(); ++number) {
    // A user may have no queue yet, if its name came before its first job.
    if (const auto first = first_of(number)) {
      const User& user = users_[number];
      waiting.emplace_back(user.chip_seconds * decay(now - user.date) / user.share, *first, number);
    }
  }
  std::sort(waiting.begin(), waiting.end());
  queues.clear();
  for (const auto& [usage, first, number] : waiting) {
    queues.push_back(number);
  }
}

ChipParts FairShare::allowance(QueueIndex queue) const {
  const User& user = users_[queue];
  return user.quota == no_quota ? no_quota : user.quota - user.held;
}

void FairShare::began(JobIndex index, Instant now) {
  const Job& begun = job(index);
  User& user = users_[begun.demand.user];
  user.held += begun.parts;
  charge(user, chips_of(begun.parts) * begun.demand.estimate.seconds(), now);
}

void FairShare::gave_back(JobIndex index, Instant now) {
  const Job& over = job(index);
  User& user = users_[over.demand.user];
  user.held -= over.parts;
  const Duration unused = over.expected_end() - now;
  charge(user, -chips_of(over.parts) * unused.seconds() * decay(now - over.begin), now);
}

}  // namespace tokenfab
