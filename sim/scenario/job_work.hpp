// SPDX-License-Identifier: Apache-2.0
// What a job does with its chips while it holds them: a state machine in time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "sim/api/job_scheduler.hpp"
#include "sim/core/instant.hpp"

namespace tokenfab {

/// Where the time of a job went since it first started.
struct JobTimes {
  Duration useful;
  Duration lost;
  Duration checkpointing;
  Duration restarting;
  Duration waiting;  // after the first start: for chips, or for something that is not theirs to do
  friend JobTimes operator-(const JobTimes& a, const JobTimes& b) {
    return {a.useful - b.useful, a.lost - b.lost, a.checkpointing - b.checkpointing,
            a.restarting - b.restarting, a.waiting - b.waiting};
  }
};

/// Powers are whole microwatts and energies microwatts x ticks, so that sums are exact.
inline std::int64_t microwatts(double watts) {
  return static_cast<std::int64_t>(watts * 1e6 + 0.5);
}
inline double joules_of(Int128 microwatt_ticks) {
  return static_cast<double>(microwatt_ticks) * 1e-6 / Duration::ticks_per_second;
}

/// What other chips mean to a running job.
enum class ChipsChange {
  Unhurt,   // it goes on as if nothing had happened
  Restart,  // it goes on from what it has saved
  TooFew    // more have to come, or stop() follows; that it was hit is counted all the same
};

class JobWork {
 public:
  virtual ~JobWork() = default;
  /// Called once: whom to tell that next_event() has changed by something from outside.
  virtual void when_changed(std::function<void(Instant)>) {}
  /// The job holds these chips from now on.
  virtual void start(Instant now, std::span<const NodeChips> chips) = 0;
  /// Nodes are gone (the others in their old order) or have come behind them, `chips` being what
  /// the job now has.
  virtual ChipsChange chips_changed(Instant now, std::span<const NodeChips> chips,
                                    bool is_preempted) {
    static_cast<void>(now);
    static_cast<void>(chips);
    static_cast<void>(is_preempted);
    return ChipsChange::TooFew;
  }
  /// The chips are gone: the scheduler wanted them, or a node was lost.
  virtual void stop(Instant now, bool is_preempted) = 0;
  /// The clock of its chips as a share of their full one, and the slowest node's factor (>= 1).
  virtual void set_speed(Instant now, double clock, double slowdown) = 0;

  virtual std::optional<Instant> next_event() const = 0;
  virtual void advance_to(Instant now) = 0;
  virtual bool is_done() const = 0;

  /// Of the date last advanced to.
  virtual JobTimes times() const = 0;
  /// Chips that work, of those held, the first ones; the others are spares.
  virtual std::int64_t active_chips() const = 0;
  /// Power above idle that it draws as long as it holds its chips and nothing is told to it.
  virtual std::int64_t steady_power_uw() const { return 0; }
  /// Energy above idle so far, where the power is not steady.
  virtual Int128 profile_energy(Instant) { return 0; }
  virtual bool has_profile() const { return false; }
  /// What is left to run at most, as its owner would say it.
  virtual Duration estimate_left() const = 0;
};

}  // namespace tokenfab
