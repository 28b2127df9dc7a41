// SPDX-License-Identifier: Apache-2.0
// A training job on its nodes: how long a step takes on the nodes it has, where its checkpoints go,
// what it draws, and what the loss of a node means for it.
//
// Within a step the chips compute, wait for memory and communicate at different powers, all chips
// of the job at once: the meter reads these swings wherever the plant interval is shorter than a
// step. Left out: power while it restarts, waits or writes a checkpoint (that of an idle chip).
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "models/training/training_run.hpp"
#include "sim/engine/engine.hpp"
#include "sim/metrics/job_result.hpp"
#include "sim/scenario/job_work.hpp"
#include "sim/scenario/shared_network.hpp"
#include "sim/scenario/storage_streams.hpp"
#include "sim/scenario/training_plan.hpp"

namespace tokenfab {

class TrainingWork : public JobWork, public engine::FlowHandler {
 public:
  struct Setup {
    TrainingPlan* plan = nullptr;
    engine::Engine* engine = nullptr;
    std::uint32_t site = 0;
    std::uint32_t cluster = 0;
    BytesPerSecond storage_bandwidth;
    double stops_per_s = 0;            // of all its nodes, to be expected
    bool every_step = false;           // is an event
    SharedNetwork* network = nullptr;  // null: collectives in closed form
    /// Has a rollout played, and hears when it is over; empty: none are needed.
    std::function<void(Instant now, std::function<void(Instant)> when_over)> roll_out;
  };
  explicit TrainingWork(Setup setup);

  void when_changed(std::function<void(Instant)> listener) override { tell_ = std::move(listener); }
  void start(Instant now, std::span<const NodeChips> chips) override;
  ChipsChange chips_changed(Instant now, std::span<const NodeChips> chips,
                            bool is_preempted) override;
  void stop(Instant now, bool is_preempted) override;
  void set_speed(Instant now, double clock, double slowdown) override;
  std::optional<Instant> next_event() const override;
  void advance_to(Instant now) override;
  bool is_done() const override;
  JobTimes times() const override;
  std::int64_t active_chips() const override { return active_chips_; }
  Int128 profile_energy(Instant now) override;
  bool has_profile() const override { return true; }
  Duration estimate_left() const override;
  void flow_ended(engine::FlowId flow, Instant now, bool delivered) override;

  /// Of its steps.
  double share_done(Instant now) const {
    const auto done = before_.steps + run_->steps_done(std::max(now, now_));
    return static_cast<double>(done) / static_cast<double>(setup_.plan->config().step_count());
  }
  /// What it made so far.
  TrainingResult result(Instant now) const;

 private:
  /// Of a step, one after the other: share of its time, power above idle of all chips.
  struct Phase {
    double share;
    std::int64_t power_uw;
  };
  /// Of the first `part` of a step.
  static Int128 energy_of_step(const std::vector<Phase>& phases, Duration part, Duration whole);

  void begin_run();
  void go(Instant now);
  void set_phases(Instant now);
  void take(std::span<const NodeChips> chips);
  void lose_chips(Instant now, bool is_preempted, bool keeps_copies);
  void next_rollout(Instant now);
  void rolled_out(Instant now);
  void count_energy(Instant now);
  Int128 energy_since_step(Duration since) const;
  std::span<const NodeChips> working_chips() const;
  Duration restart() const;
  void price_step();
  Duration step_time() const;
  void leave_network(Instant now);
  void network_changed(Instant now);

  Setup setup_;
  std::function<void(Instant)> tell_;
  std::int64_t steps_left_;  // beyond the run's
  std::optional<TrainingRun> run_;
  RunLedger before_;  // of the runs before this one
  Duration waited_;   // for rollouts
  std::uint64_t interruptions_ = 0;
  Instant rollout_began_;
  bool is_rolling_out_ = false;
  bool has_chips_ = false;
  bool has_started_ = false;
  bool must_restart_ = false;
  bool is_down_ = false;  // since lose_chips()
  bool is_finished_ = false;
  Instant now_;

  std::optional<SharedNetwork::Member> member_;
  TrainingStep step_;  // on the chips that it has, at their clock
  std::vector<NodeChips> chips_;
  std::int64_t replicas_ = 0;
  std::int64_t active_chips_ = 0;
  double clock_ = 1;
  double slowdown_ = 1;
  std::vector<Phase> phases_;      // of steps to come, and of the one under way unless ...
  std::vector<Phase> old_phases_;  // ... it is the one that ends at
  Instant old_until_;
  Int128 energy_ = 0;
  Instant energy_at_;

  std::uint64_t writes_seen_ = 0;
  StorageStreams writes_;
  double written_bytes_ = 0;
  Instant first_start_;
};

}  // namespace tokenfab
