// SPDX-License-Identifier: Apache-2.0
// A training run played tick by tick, with a diary of every tick: the plain twin of TrainingRun.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/training/training_run.hpp"

namespace tokenfab::testing {

class NaiveTraining {
 public:
  NaiveTraining(std::int64_t steps, std::optional<std::int64_t> interval,
                const CheckpointTimes& times)
      : steps_(steps), interval_(interval), times_(times) {}

  void start(std::int64_t restart, std::int64_t step) {
    started_ = true;
    step_ = step;
    left_ = restart;
    state_ = RunState::Restarting;
    settle();
  }
  void set_step(std::int64_t step) {
    step_ = step;
    if (state_ == RunState::Training && in_step_ == 0) {
      length_ = step;
    }
  }
  void lose(bool kept) {
    if (state_ == RunState::Done) {
      return;
    }
    memory_ = kept ? memory_ : std::nullopt;
    ledger_.interruptions += state_ != RunState::Waiting ? 1 : 0;
    stop();
  }
  void preempt(bool saves) {
    if (state_ == RunState::Done || state_ == RunState::Waiting) {
      return;
    }
    ++ledger_.preemptions;
    if (saves && state_ != RunState::Restarting && ends_.size() > durable_.ends.size()) {
      durable_ = {ends_, diary_.size() - (state_ == RunState::Training ? in_step_ : 0)};
      ++ledger_.checkpoints;
    }
    memory_.reset();
    stop();
  }
  void written() {
    durable_ = *writing_;
    writing_.reset();
    ++ledger_.checkpoints;
    if (state_ == RunState::Checkpointing && !copies_) {
      if (times_.mode == CheckpointMode::Sync) {
        train();
      } else {
        copy();
      }
    }
    settle();
  }
  bool is_writing() const { return writing_.has_value(); }
  RunState state() const { return state_; }

  void tick() {
    if (started_ && state_ != RunState::Done) {
      diary_.push_back(state_);
    }
    left_ -= 1;
    in_step_ += 1;
    settle();
  }

  RunLedger ledger() const {
    RunLedger all = ledger_;
    for (std::size_t i = 0; i < diary_.size(); ++i) {
      const auto tick = Duration::from_ticks(1);
      switch (diary_[i]) {
        case RunState::Waiting:
          all.waiting += tick;
          break;
        case RunState::Restarting:
          all.restarting += tick;
          break;
        case RunState::Training:
          all.useful += tick;
          break;
        case RunState::Checkpointing:
          all.checkpointing += tick;
          break;
        case RunState::Done:  // here: trained in vain
          all.lost += tick;
          break;
      }
    }
    all.steps = static_cast<std::int64_t>(ends_.size());
    return all;
  }

 private:
  struct State {
    std::vector<std::size_t> ends;  // of steps, in ticks of the diary
    std::size_t at = 0;             // entries of the diary when it was taken
  };

  void settle() {
    for (bool moves = true; moves;) {
      moves = false;
      if (state_ == RunState::Restarting && left_ <= 0) {
        train();
        moves = true;
      } else if (state_ == RunState::Checkpointing && copies_ && left_ <= 0) {
        copied();
        moves = true;
      } else if (state_ == RunState::Training && in_step_ == static_cast<std::size_t>(length_)) {
        in_step_ = 0;
        length_ = step_;
        ends_.push_back(diary_.size());
        ++since_;
        if (static_cast<std::int64_t>(ends_.size()) == steps_) {
          state_ = RunState::Done;
        } else if (interval_ && since_ == *interval_) {
          checkpoint();
          moves = true;
        }
      }
    }
  }
  void train() {
    state_ = RunState::Training;
    in_step_ = 0;
    length_ = step_;
    since_ = 0;
  }
  bool goes_to_storage() const {
    return times_.mode != CheckpointMode::InMemory || (copy_ + 1) % times_.durable_every == 0;
  }
  void checkpoint() {
    state_ = RunState::Checkpointing;
    copies_ = false;
    taken_ = {ends_, diary_.size()};
    if (times_.mode == CheckpointMode::Sync) {
      writing_ = taken_;
    } else if (!writing_ || !goes_to_storage()) {
      copy();
    }
  }
  void copy() {
    copies_ = true;
    left_ = static_cast<std::int64_t>(times_.snapshot.ticks());
  }
  void copied() {
    copies_ = false;
    if (goes_to_storage()) {
      writing_ = taken_;
    }
    if (times_.mode == CheckpointMode::InMemory) {
      memory_ = taken_;
      ++copy_;
    }
    train();
  }
  void stop() {
    writing_.reset();
    copies_ = false;
    const State back =
        memory_ && memory_->ends.size() >= durable_.ends.size() ? *memory_ : durable_;
    for (std::size_t i = back.at; i < diary_.size(); ++i) {
      diary_[i] = diary_[i] == RunState::Training ? RunState::Done : diary_[i];
    }
    ledger_.steps_lost += static_cast<std::int64_t>(ends_.size() - back.ends.size());
    ends_ = back.ends;
    state_ = RunState::Waiting;
  }

  std::int64_t steps_;
  std::optional<std::int64_t> interval_;
  CheckpointTimes times_;
  RunState state_ = RunState::Waiting;
  bool started_ = false;
  std::int64_t step_ = 1;
  std::int64_t length_ = 1;  // of the step under way
  std::size_t in_step_ = 0;
  std::int64_t left_ = 0;
  std::int64_t since_ = 0;  // steps since training last began
  std::int64_t copy_ = 0;
  bool copies_ = false;
  std::vector<RunState> diary_;
  std::vector<std::size_t> ends_;
  State taken_;
  State durable_;
  std::optional<State> memory_;
  std::optional<State> writing_;
  RunLedger ledger_;
};

}  // namespace tokenfab::testing
