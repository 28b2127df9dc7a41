// SPDX-License-Identifier: Apache-2.0
// A job of given length, as traces record it: so long at full clock, power constant.
//
// A slower clock or a slow node stretches what is left in proportion. Left out: what the job does
// inside, its traffic.
#pragma once

#include <optional>

#include "sim/scenario/job_work.hpp"
#include "sim/scenario/paced_work.hpp"

namespace tokenfab {

class FixedWork : public JobWork {
 public:
  struct Setup {
    Duration run;
    std::optional<Duration> estimate;
    std::int64_t chips = 1;
    std::int64_t power_uw = 0;  // of the whole job, above idle, at full clock
    bool resumes = false;       // goes on after a stop instead of beginning anew
  };
  explicit FixedWork(const Setup& setup) : setup_(setup), work_(setup.run) {}

  void start(Instant now, std::span<const NodeChips> chips) override;
  void stop(Instant now, bool is_preempted) override;
  void set_speed(Instant now, double clock, double slowdown) override;
  std::optional<Instant> next_event() const override;
  void advance_to(Instant now) override;
  bool is_done() const override { return is_running_ && at_ >= work_.end(); }
  JobTimes times() const override { return times_; }
  std::int64_t active_chips() const override { return setup_.chips; }
  std::int64_t steady_power_uw() const override { return setup_.power_uw; }
  Duration estimate_left() const override;

 private:
  Setup setup_;
  PacedWork work_;
  bool is_running_ = false;
  bool has_started_ = false;
  Instant at_;
  JobTimes times_;
};

}  // namespace tokenfab
