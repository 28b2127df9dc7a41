// SPDX-License-Identifier: Apache-2.0
#include "models/training/training_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "sim/core/check.hpp"

namespace tokenfab {

TrainingRun::TrainingRun(std::int64_t steps, std::optional<std::int64_t> interval,
                         const CheckpointTimes& times)
    : steps_(steps), interval_(interval), times_(times) {
  if (steps < 1) {
    throw std::invalid_argument(fmt::format("steps {}: give at least 1", steps));
  }
  if (interval && *interval < 1) {
    throw std::invalid_argument(
        fmt::format("checkpoint interval of {} steps: give at least 1, or none", *interval));
  }
  if (times.durable_every < 1) {
    throw std::invalid_argument(
        fmt::format("durable_every {}: give at least 1", times.durable_every));
  }
}

void TrainingRun::start(Instant now, Duration restart, Duration step) {
  CHECK(state_ == RunState::Waiting, "start in state {}", static_cast<int>(state_));
  CHECK(step > Duration() && restart >= Duration(), "step {} s, restart {} s", step.seconds(),
        restart.seconds());
  advance_to(now);
  has_started_ = true;
  step_ = step;
  state_ = RunState::Restarting;
  phase_end_ = now + restart;
  advance_to(now);
}

void TrainingRun::set_step(Instant now, Duration step) {
  CHECK(step > Duration(), "step {} s", step.seconds());
  advance_to(now);
  step_ = step;
  if (state_ == RunState::Training && step_begin_ == now) {
    step_now_ = step;
  }
}

void TrainingRun::interrupt(Instant now, bool kept) {
  advance_to(now);
  if (state_ == RunState::Done) {
    return;
  }
  if (!kept) {
    memory_.reset();
  }
  if (state_ != RunState::Waiting) {
    ++ledger_.interruptions;
  }
  give_up_chips();
}

void TrainingRun::preempt(Instant now, bool saves) {
  advance_to(now);
  if (state_ == RunState::Done || state_ == RunState::Waiting) {
    return;
  }
  ++ledger_.preemptions;
  const bool has_state = state_ == RunState::Training || state_ == RunState::Checkpointing;
  if (saves && has_state && ledger_.steps > durable_.step) {
    const auto cut = state_ == RunState::Training ? now - step_begin_ : Duration();
    durable_ = {ledger_.steps, ledger_.useful - cut};
    ++ledger_.checkpoints;
  }
  memory_.reset();
  give_up_chips();
}

void TrainingRun::checkpoint_written(Instant now) {
  advance_to(now);
  if (!being_written_) {
    return;
  }
  durable_ = *being_written_;
  being_written_.reset();
  ++ledger_.checkpoints;
  if (state_ == RunState::Checkpointing && !is_snapshot_under_way_) {
    if (times_.mode == CheckpointMode::Sync) {
      begin_training(now);
    } else {
      begin_snapshot(now);
    }
  }
  advance_to(now);
}

std::optional<Instant> TrainingRun::next_event() const {
  switch (state_) {
    case RunState::Restarting:
      return phase_end_;
    case RunState::Checkpointing:
      return is_snapshot_under_way_ ? std::optional(phase_end_) : std::nullopt;
    case RunState::Training:
      return step_begin_ + step_now_ + (next_stop() - ledger_.steps - 1) * step_;
    case RunState::Waiting:
    case RunState::Done:
      break;
  }
  return std::nullopt;
}

void TrainingRun::advance_to(Instant now) {
  CHECK(now >= now_, "from {} s back to {} s", now_.seconds(), now.seconds());
  for (auto date = next_event(); date && *date <= now; date = next_event()) {
    count_until(*date);
    if (state_ == RunState::Restarting) {
      begin_training(*date);
    } else if (state_ == RunState::Checkpointing) {
      end_snapshot(*date);
    } else {
      take_steps(*date);
      if (ledger_.steps == steps_) {
        state_ = RunState::Done;
      } else {
        begin_checkpoint(*date);
      }
    }
  }
  count_until(now);
  if (state_ == RunState::Training) {
    take_steps(now);
  }
}

void TrainingRun::count_until(Instant now) {
  const auto span = now - now_;
  now_ = now;
  switch (state_) {
    case RunState::Waiting:
      ledger_.waiting += has_started_ ? span : Duration();
      break;
    case RunState::Restarting:
      ledger_.restarting += span;
      break;
    case RunState::Training:
      ledger_.useful += span;
      break;
    case RunState::Checkpointing:
      ledger_.checkpointing += span;
      break;
    case RunState::Done:
      break;
  }
}

void TrainingRun::take_steps(Instant now) {
  const Instant first_end = step_begin_ + step_now_;
  if (now < first_end) {
    return;
  }
  const auto more = static_cast<std::int64_t>((now - first_end).ticks() / step_.ticks());
  ledger_.steps += 1 + more;
  step_begin_ = first_end + more * step_;
  step_now_ = step_;
}

std::int64_t TrainingRun::next_stop() const {
  const bool is_checkpoint_first = interval_ && *interval_ < steps_ - trained_from_;
  return is_checkpoint_first ? trained_from_ + *interval_ : steps_;
}

void TrainingRun::begin_training(Instant now) {
  state_ = RunState::Training;
  step_begin_ = now;
  step_now_ = step_;
  trained_from_ = ledger_.steps;
}

void TrainingRun::begin_checkpoint(Instant now) {
  state_ = RunState::Checkpointing;
  is_snapshot_under_way_ = false;
  snapshot_ = {ledger_.steps, ledger_.useful};
  if (times_.mode == CheckpointMode::Sync) {
    begin_write(snapshot_);
  } else if (!being_written_ || !is_write_due()) {
    begin_snapshot(now);
  }
  // Else there is one buffer in host memory, and the write before is still reading it.
}

void TrainingRun::begin_snapshot(Instant now) {
  is_snapshot_under_way_ = true;
  phase_end_ = now + times_.snapshot;
}

void TrainingRun::end_snapshot(Instant now) {
  is_snapshot_under_way_ = false;
  if (is_write_due()) {
    begin_write(snapshot_);
  }
  if (times_.mode == CheckpointMode::InMemory) {
    ++copies_;
    memory_ = snapshot_;
  }
  begin_training(now);
}

bool TrainingRun::is_write_due() const {
  return times_.mode != CheckpointMode::InMemory ||
         (copies_ + 1) % static_cast<std::uint64_t>(times_.durable_every) == 0;
}

void TrainingRun::begin_write(const Saved& state) {
  being_written_ = state;
  ++writes_begun_;
}

void TrainingRun::give_up_chips() {
  being_written_.reset();
  is_snapshot_under_way_ = false;
  const Saved state = usable();
  ledger_.lost += ledger_.useful - state.useful;
  ledger_.useful = state.useful;
  ledger_.steps_lost += ledger_.steps - state.step;
  ledger_.steps = state.step;
  state_ = RunState::Waiting;
}

const TrainingRun::Saved& TrainingRun::usable() const {
  return has_memory_copy() ? *memory_ : durable_;
}

RestartPoint TrainingRun::restart_point() const {
  if (has_memory_copy()) {
    return RestartPoint::Memory;
  }
  return durable_.step > 0 ? RestartPoint::Storage : RestartPoint::Nothing;
}

std::int64_t TrainingRun::steps_done(Instant now) const {
  TrainingRun ahead = *this;
  ahead.advance_to(std::max(now, now_));
  return ahead.ledger_.steps;
}

}  // namespace tokenfab
