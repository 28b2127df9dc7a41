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

/// Where the time went, and how often. Times sum to the time since the first start().
struct RunLedger {
  Duration useful;         // steps that count in the end
  Duration lost;           // steps done again, and parts of steps
  Duration checkpointing;  // standing still for checkpoints
  Duration restarting;
  Duration waiting;        // for chips, after the first start
  std::int64_t steps = 0;  // that count
  std::int64_t steps_lost = 0;
  std::uint64_t interruptions = 0;  // by loss of nodes or of software
  std::uint64_t preemptions = 0;
  std::uint64_t checkpoints = 0;  // durable ones
};

class TrainingRun {
 public:
  /// `steps`: to do in all, at least 1. `interval`: from one checkpoint's begin to the next one's,
  /// in steps; none are written if absent.
  TrainingRun(std::int64_t steps, std::optional<std::int64_t> interval,
              const CheckpointTimes& times);

  /// The job has its chips from now on: it restarts (from nothing or the last checkpoint) for
  /// `restart`, then trains with steps of `step`.
  void start(Instant now, Duration restart, Duration step);
  /// Steps that begin from now on take so long; the one under way keeps its length.
  void set_step(Instant now, Duration step);
  /// All work since the last usable checkpoint is lost, and the chips are gone. `kept`: copies in
  /// the memory of other nodes survive.
  void interrupt(Instant now, bool kept);
  /// The scheduler takes the chips; where `saves` the state is safe first (counted by the caller).
  void preempt(Instant now, bool saves);
  /// A write that was begun (writes_begun() grew) has reached the storage.
  void checkpoint_written(Instant now);
  /// Writes begun so far: the owner watches it grow and moves the bytes.
  std::uint64_t writes_begun() const;

  RunState state() const;
  std::optional<Instant> next_event() const;
  void advance_to(Instant now);

  /// Up to the last date advanced to; `lost` grows when work is lost.
  const RunLedger& ledger() const;
  /// Steps done by `now`, lost ones not among them.
  std::int64_t steps_done(Instant now) const;
};

}  // namespace tokenfab
