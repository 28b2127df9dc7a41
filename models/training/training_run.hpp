// SPDX-License-Identifier: Apache-2.0
// A training job in time: steps, checkpoints, what a loss costs, and where its time went.
//
// The state machine knows no nodes: whoever owns it says when the job has its chips and how long a
// step takes on them. Steps are one event until a checkpoint, the end, or a word from outside.
#pragma once

#include <cstdint>
#include <optional>

#include "models/training/checkpoint.hpp"
#include "sim/core/instant.hpp"

namespace tokenfab {

enum class RunState {
  Waiting,     // without chips
  Restarting,  // with chips: start, load of the checkpoint, re-sharding
  Training,
  Checkpointing,  // stands still for a checkpoint
  Done
};

/// Where the time went, and how often. Times sum, tick by tick, to the time from the first start()
/// to the end of the last step.
struct RunLedger {
  Duration useful;         // steps that count in the end
  Duration lost;           // steps done again, and parts of steps that a loss cut
  Duration checkpointing;  // standing still for checkpoints
  Duration restarting;
  Duration waiting;        // for chips, after the first start
  std::int64_t steps = 0;  // that count
  std::int64_t steps_lost = 0;
  std::uint64_t interruptions = 0;  // by loss of nodes or of software
  std::uint64_t preemptions = 0;
  std::uint64_t checkpoints = 0;  // durable ones
};

/// What a restart would load.
enum class RestartPoint { Nothing, Storage, Memory };

class TrainingRun {
 public:
  /// `steps`: to do in all, at least 1; the run is Done with the last one, without a checkpoint.
  /// `interval`: from one checkpoint's begin to the next one's, in steps; none are written if
  /// absent.
  TrainingRun(std::int64_t steps, std::optional<std::int64_t> interval,
              const CheckpointTimes& times);

  /// The job has its chips from now on: it restarts (from nothing or the last checkpoint) for
  /// `restart`, then trains with steps of `step`. Only while Waiting.
  void start(Instant now, Duration restart, Duration step);
  /// Steps that begin from now on take so long; the one under way keeps its length.
  void set_step(Instant now, Duration step);
  /// All work since the last usable checkpoint is lost, and the chips are gone. `kept`: copies in
  /// the memory of other nodes survive. While Waiting only those copies can be lost, and it counts
  /// as no interruption.
  void interrupt(Instant now, bool kept);
  /// The scheduler takes the chips; where `saves` the state is safe first (counted by the caller):
  /// only the step under way is lost. Copies in memory are lost with the nodes.
  void preempt(Instant now, bool saves);
  /// A write that was begun (writes_begun() grew) has reached the storage. interrupt() and
  /// preempt() end the write under way, and its owner moves no more bytes of it.
  void checkpoint_written(Instant now);
  /// Writes begun so far: the owner watches it grow and moves the bytes. One at a time.
  std::uint64_t writes_begun() const { return writes_begun_; }
  bool is_writing() const { return being_written_.has_value(); }

  RunState state() const { return state_; }
  std::optional<Instant> next_event() const;
  void advance_to(Instant now);

  /// While Training, of the date last advanced to: when the step under way began, how long it is,
  /// and how long those after it are.
  Instant step_begin() const { return step_begin_; }
  Duration step_under_way() const { return step_now_; }
  Duration step_to_come() const { return step_; }

  /// Up to the last date advanced to; `lost` grows when work is lost.
  const RunLedger& ledger() const { return ledger_; }
  /// Steps done by `now`, lost ones not among them, if nothing happens from outside.
  std::int64_t steps_done(Instant now) const;
  std::int64_t steps_total() const { return steps_; }
  /// What start() would load, and how many steps are in it.
  RestartPoint restart_point() const;
  std::int64_t steps_saved() const { return usable().step; }

 private:
  /// A state of the model that can be restarted from.
  struct Saved {
    std::int64_t step = 0;
    Duration useful;  // of the ledger when it was taken
  };

  const Saved& usable() const;
  bool has_memory_copy() const { return memory_ && memory_->step >= durable_.step; }
  void count_until(Instant now);
  void take_steps(Instant now);
  std::int64_t next_stop() const;
  void begin_training(Instant now);
  void begin_checkpoint(Instant now);
  void begin_snapshot(Instant now);
  void begin_write(const Saved& state);
  void end_snapshot(Instant now);
  bool is_write_due() const;
  void give_up_chips();

  std::int64_t steps_;
  std::optional<std::int64_t> interval_;
  CheckpointTimes times_;

  RunState state_ = RunState::Waiting;
  bool has_started_ = false;
  Instant now_;
  Instant phase_end_;              // Restarting, and Checkpointing while snapshot_under_way_
  Instant step_begin_;             // of the step under way
  Duration step_now_;              // length of the step under way
  Duration step_;                  // of those that begin later
  std::int64_t trained_from_ = 0;  // step at which Training last began
  bool is_snapshot_under_way_ = false;
  std::uint64_t copies_ = 0;  // in memory, so far
  std::uint64_t writes_begun_ = 0;
  Saved snapshot_;
  Saved durable_;
  std::optional<Saved> memory_;
  std::optional<Saved> being_written_;
  RunLedger ledger_;
};

}  // namespace tokenfab
