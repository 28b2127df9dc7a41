// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/training_work.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

Duration rounded(Seconds time) { return Duration::from_seconds(time.si()); }

}  // namespace

TrainingWork::TrainingWork(Setup setup)
    : setup_(std::move(setup)),
      steps_left_(setup_.plan->config().step_count()),
      writes_(*setup_.engine, setup_.site, setup_.cluster, *this) {
  replicas_ = setup_.plan->config().layout.data_parallel_size;
  active_chips_ = setup_.plan->chips_of(replicas_);
  if (setup_.network != nullptr) {
    member_ = setup_.network->join([this](Instant now) { network_changed(now); });
  }
  begin_run();
}

/// The next steps without a rollout in between; all of them if none are needed.
void TrainingWork::begin_run() {
  const auto& config = setup_.plan->config();
  const auto steps =
      setup_.roll_out ? std::min(steps_left_, config.rollout->steps_per_rollout) : steps_left_;
  steps_left_ -= steps;
  const auto size = setup_.plan->checkpoint();
  const auto times = checkpoint_times(config.checkpoint, size, config.layout.chips());
  price_step();
  const auto cost = checkpoint_cost(times, size / setup_.storage_bandwidth);
  const auto interval =
      checkpoint_interval_steps(config.checkpoint, cost, setup_.stops_per_s, step_time());
  run_.emplace(steps, interval, times);
  writes_seen_ = 0;
}

void TrainingWork::price_step() {
  if (setup_.network == nullptr || chips_.empty()) {
    step_ = setup_.plan->step(replicas_, working_chips(), clock_);
    return;
  }
  step_ =
      setup_.network->step(*member_, chips_, active_chips_, [this](const CollectiveTimes& times) {
        return std::as_const(*setup_.plan).step(replicas_, clock_, times);
      });
}

Duration TrainingWork::step_time() const { return rounded(step_.total * slowdown_); }

/// Another job has come, gone or moved.
void TrainingWork::network_changed(Instant now) {
  advance_to(now);
  if (has_chips_ && run_->state() != RunState::Waiting && run_->state() != RunState::Done) {
    price_step();
    set_phases(now);
    run_->set_step(now, step_time());
    tell_(now);
  }
}

void TrainingWork::leave_network(Instant now) {
  if (member_) {
    setup_.network->leave(*member_, now);
  }
}

/// From having its chips to the first step. The very first time nothing was lost that somebody has
/// to notice, and nothing is there to load.
Duration TrainingWork::restart() const {
  const auto& checkpoint = setup_.plan->config().checkpoint;
  if (!has_started_) {
    return rounded(checkpoint.restart.scheduling + checkpoint.restart.process_start);
  }
  auto bandwidth = setup_.storage_bandwidth;
  if (run_->restart_point() == RestartPoint::Memory) {
    bandwidth = static_cast<double>(active_chips_) * checkpoint.peer_bandwidth;
  }
  return rounded(restart_time(checkpoint, setup_.plan->checkpoint(), bandwidth));
}

/// Which of the chips work, and what a step on them draws.
void TrainingWork::take(std::span<const NodeChips> chips) {
  chips_.assign(chips.begin(), chips.end());
  const auto& plan = *setup_.plan;
  const auto usable = static_cast<std::int64_t>(chips_.size());
  replicas_ = plan.replicas_on(usable);
  active_chips_ = plan.chips_of(replicas_);
}

/// The first nodes; those behind them are spares.
std::span<const NodeChips> TrainingWork::working_chips() const {
  const auto per_node = setup_.plan->cluster().node.chips_per_node;
  const auto nodes = static_cast<std::size_t>((active_chips_ + per_node - 1) / per_node);
  return std::span(chips_).first(std::min(nodes, chips_.size()));
}

/// Goes on with the chips and the speed it now has.
void TrainingWork::go(Instant now) {
  is_down_ = false;
  price_step();
  if (member_) {
    setup_.network->occupy(*member_, chips_, active_chips_, setup_.plan->config().layout, step_,
                           now);
  }
  set_phases(now);
  if (run_->state() == RunState::Waiting && !is_rolling_out_) {
    const bool restarts = !has_started_ || must_restart_;
    run_->start(now, restarts ? restart() : Duration(), step_time());
    must_restart_ = false;
  } else {
    run_->set_step(now, step_time());
  }
}

void TrainingWork::start(Instant now, std::span<const NodeChips> chips) {
  advance_to(now);
  take(chips);
  CHECK(replicas_ > 0, "{} nodes for a training job of {}", chips.size(), setup_.plan->nodes());
  has_chips_ = true;
  if (!has_started_ && setup_.roll_out) {
    first_start_ = now;
    has_started_ = must_restart_ = true;
    next_rollout(now);
    return;
  }
  go(now);
  if (!has_started_) {
    first_start_ = now;
    has_started_ = true;
  }
}

ChipsChange TrainingWork::chips_changed(Instant now, std::span<const NodeChips> chips,
                                        bool is_preempted) {
  advance_to(now);
  const auto before = chips_.size();
  const auto replicas_before = replicas_;
  const auto working = working_chips();
  const auto is_same = [](const NodeChips& a, const NodeChips& b) { return a.node == b.node; };
  const bool is_hit = chips.size() < working.size() ||
                      !std::equal(working.begin(), working.end(), chips.begin(), is_same);
  if (is_hit) {
    // Copies in memory sit on one other node each.
    lose_chips(now, is_preempted, before - chips.size() == 1);
  }
  take(chips);
  const auto wanted = setup_.plan->config().layout.data_parallel_size;
  const bool is_enough = replicas_ == wanted || (setup_.plan->config().elastic && replicas_ > 0);
  if (!is_enough) {
    leave_network(now);
    return ChipsChange::TooFew;
  }
  const bool has_grown = !is_hit && replicas_ != replicas_before;
  if (has_grown && run_->state() != RunState::Waiting) {
    writes_.call_off();
    must_restart_ = true;
    run_->preempt(now, true);
  }
  go(now);
  return is_hit || has_grown ? ChipsChange::Restart : ChipsChange::Unhurt;
}

/// It cannot go on as it is: from what it has saved, once it has chips again.
void TrainingWork::lose_chips(Instant now, bool is_preempted, bool keeps_copies) {
  writes_.call_off();
  must_restart_ = is_down_ = true;
  interruptions_ += is_preempted ? 0 : 1;
  if (is_preempted && run_->state() != RunState::Waiting) {
    run_->preempt(now, setup_.plan->config().preemption_saves);
  } else {
    run_->interrupt(now, keeps_copies);
  }
}

void TrainingWork::stop(Instant now, bool is_preempted) {
  advance_to(now);
  leave_network(now);
  has_chips_ = false;
  if (is_down_) {
    run_->interrupt(now, false);  // counted already; the copies in memory go too
  } else {
    lose_chips(now, is_preempted, false);
  }
}

void TrainingWork::set_speed(Instant now, double clock, double slowdown) {
  advance_to(now);
  if (clock == clock_ && slowdown == slowdown_) {
    return;
  }
  clock_ = clock;
  slowdown_ = slowdown;
  if (has_chips_) {
    go(now);
  }
}

std::optional<Instant> TrainingWork::next_event() const {
  if (is_finished_) {
    return now_;
  }
  if (setup_.every_step && run_->state() == RunState::Training) {
    return run_->step_begin() + run_->step_under_way();
  }
  return run_->next_event();
}

void TrainingWork::advance_to(Instant now) {
  count_energy(now);
  run_->advance_to(now);
  now_ = std::max(now_, now);
  if (run_->writes_begun() > writes_seen_) {
    writes_seen_ = run_->writes_begun();
    writes_.call_off();
    writes_.begin(setup_.plan->checkpoint(), working_chips(), StorageStreams::Way::ToStorage);
  }
  if (run_->state() == RunState::Done && !is_finished_ && !is_rolling_out_) {
    if (steps_left_ == 0) {
      is_finished_ = true;
      leave_network(now);
    } else {
      next_rollout(now);
    }
  }
}

bool TrainingWork::is_done() const { return is_finished_; }

void TrainingWork::next_rollout(Instant now) {
  if (run_->state() == RunState::Done) {
    writes_.call_off();
    const auto& done = run_->ledger();
    before_.useful += done.useful;
    before_.lost += done.lost;
    before_.checkpointing += done.checkpointing;
    before_.restarting += done.restarting;
    before_.waiting += done.waiting;
    before_.steps += done.steps;
    before_.steps_lost += done.steps_lost;
    before_.checkpoints += done.checkpoints;
    begin_run();
  }
  is_rolling_out_ = true;
  rollout_began_ = now;
  setup_.roll_out(now, [this](Instant date) { rolled_out(date); });
}

void TrainingWork::rolled_out(Instant now) {
  is_rolling_out_ = false;
  waited_ += now - rollout_began_;
  now_ = energy_at_ = now;
  if (has_chips_) {
    go(now);
    tell_(now);
  }
}

JobTimes TrainingWork::times() const {
  const auto& run = run_->ledger();
  auto waiting = before_.waiting + run.waiting + waited_;
  if (is_rolling_out_) {
    waiting += now_ - rollout_began_;
  }
  return {before_.useful + run.useful, before_.lost + run.lost,
          before_.checkpointing + run.checkpointing, before_.restarting + run.restarting, waiting};
}

Duration TrainingWork::estimate_left() const {
  const auto steps = steps_left_ + run_->steps_total() - run_->steps_done(now_);
  return rounded(setup_.plan->nominal_step().total) * std::max<std::int64_t>(1, steps);
}

void TrainingWork::flow_ended(engine::FlowId flow, Instant now, bool delivered) {
  CHECK(delivered, "flow {} of a checkpoint failed", flow);
  writes_.ended(flow);
  if (writes_.is_moving()) {
    return;
  }
  written_bytes_ += setup_.plan->checkpoint().si();
  advance_to(now);
  run_->checkpoint_written(now);
  tell_(now);
}

TrainingResult TrainingWork::result(Instant now) const {
  auto& plan = *setup_.plan;
  const auto& layout = plan.config().layout;
  const auto& run = run_->ledger();
  const auto& nominal = plan.nominal_step();
  TrainingResult result;
  result.steps = before_.steps + run.steps;
  result.tokens = static_cast<double>(result.steps) * layout.tokens_per_step();
  result.step_time_s = nominal.total.si();
  result.mfu = nominal.mfu;
  result.useful_s = times().useful.seconds();
  result.elapsed_s = has_started_ ? (now - first_start_).seconds() : 0;
  result.interruptions = interruptions_;
  result.checkpoints = before_.checkpoints + run.checkpoints;
  result.checkpoint_bytes = written_bytes_;
  return result;
}

}  // namespace tokenfab
