// SPDX-License-Identifier: Apache-2.0
// How nodes of a cluster leave its jobs and come back: failures, lending, stragglers.
#include <algorithm>
#include <utility>

#include "sim/core/check.hpp"
#include "sim/scenario/cluster_jobs.hpp"

namespace tokenfab {

/// Tells placement and counts whether jobs may have the node. Nothing runs on it.
void ClusterJobs::set_usable(std::uint32_t number) {
  auto& node = nodes_[number];
  const bool is_usable = node.is_ours && !node.is_down && !node.is_failing;
  if (is_usable != node.is_usable) {
    node.is_usable = is_usable;
    nodes_usable_ += is_usable ? 1 : -1;
    placement_->set_in_service(number, is_usable);
  }
}

void ClusterJobs::node_fails(std::uint32_t number) {
  nodes_[number].is_failing = true;
  if (nodes_[number].jobs.empty()) {
    advance_ledger(agenda_.now());  // it was free until now
    set_usable(number);             // nobody flees onto it
  }
}

void ClusterJobs::node_failed(std::uint32_t number, Instant date) {
  if (!nodes_[number].is_failing) {
    return;  // it went with another one
  }
  const auto now = not_past(date);
  advance_ledger(now);
  std::vector<std::uint32_t> gone;
  for (std::uint32_t node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node].is_failing) {
      gone.push_back(node);
    }
  }
  vacate(gone, now, false);
  for (const auto node : gone) {
    nodes_[node].is_failing = false;
    nodes_[node].is_down = true;
    nodes_down_ += nodes_[node].is_ours ? 1 : 0;
    set_usable(node);
  }
  scheduler_->capacity_changed(nodes_usable_ * config_.node.chips_per_node, now);
  wake(now);
}

void ClusterJobs::node_repaired(std::uint32_t number, Instant date) {
  const auto now = not_past(date);
  auto& node = nodes_[number];
  if (!node.is_down) {
    return;
  }
  advance_ledger(now);
  node.is_down = false;
  nodes_down_ -= node.is_ours ? 1 : 0;
  set_usable(number);
  scheduler_->capacity_changed(nodes_usable_ * config_.node.chips_per_node, now);
  offer_nodes(now);
  wake(now);
}

void ClusterJobs::node_slowed(std::uint32_t number, double factor, Instant date) {
  const auto now = not_past(date);
  advance_ledger(now);
  nodes_[number].slowdown = factor;
  for (const auto job : nodes_[number].jobs) {
    count_held(jobs_[job], now);
    update_speed(job, now);
  }
  reschedule_slot();
}

void ClusterJobs::node_full_speed(std::uint32_t number, Instant now) {
  node_slowed(number, 1, now);
}

void ClusterJobs::chips_lent(const ChipRange& chips, Instant now) {
  for (auto chip = chips.first; chip < chips.first + chips.count; ++chip) {
    const auto node = static_cast<std::uint32_t>(chip / config_.node.chips_per_node);
    if (--nodes_[node].service_chips == 0) {
      lend(node, not_past(now));
    }
  }
}

void ClusterJobs::chips_reclaimed(const ChipRange& chips, Instant now) {
  for (auto chip = chips.first; chip < chips.first + chips.count; ++chip) {
    const auto node = static_cast<std::uint32_t>(chip / config_.node.chips_per_node);
    if (nodes_[node].service_chips++ == 0) {
      claim(node, not_past(now));
    }
  }
}

void ClusterJobs::lend(std::uint32_t number, Instant now) {
  auto& node = nodes_[number];
  CHECK(!node.is_ours, "{}: node {} is lent already", name_, number);
  advance_ledger(now);
  node.is_ours = true;
  --nodes_serving_;
  ++nodes_lent_;
  nodes_down_ += node.is_down ? 1 : 0;
  set_usable(number);
  scheduler_->capacity_changed(nodes_usable_ * config_.node.chips_per_node, now);
  offer_nodes(now);
  wake(now);
}

void ClusterJobs::claim(std::uint32_t number, Instant now) {
  auto& node = nodes_[number];
  CHECK(node.is_ours, "{}: node {} is not lent", name_, number);
  advance_ledger(now);
  const bool was_failing = node.is_failing;
  node.is_failing = true;
  vacate({number}, now, true);
  node.is_failing = was_failing;
  node.is_ours = false;
  ++nodes_serving_;
  --nodes_lent_;
  nodes_down_ -= node.is_down ? 1 : 0;
  set_usable(number);
  scheduler_->capacity_changed(nodes_usable_ * config_.node.chips_per_node, now);
  wake(now);
}

/// Chips for a job: of nodes that a service may want back no more than it takes.
bool ClusterJobs::find_chips(const JobDemand& demand, std::vector<NodeChips>& chips) {
  std::vector<std::uint32_t> lent;  // and empty
  for (std::uint32_t node = 0; nodes_lent_ > 0 && node < service_nodes_; ++node) {
    if (nodes_[node].is_usable && nodes_[node].jobs.empty()) {
      lent.push_back(node);
      placement_->set_in_service(node, false);
    }
  }
  const auto may_fit = [&] { return demand.chips_needed() <= placement_->free_chips(); };
  bool is_placed = may_fit() && placement_->place(demand, chips);
  for (auto node = lent.rbegin(); node != lent.rend(); ++node) {
    placement_->set_in_service(*node, true);
    is_placed = is_placed || (may_fit() && placement_->place(demand, chips));
  }
  return is_placed;
}

/// Ends what runs on the nodes, or lets it go on without them.
void ClusterJobs::vacate(const std::vector<std::uint32_t>& nodes, Instant now, bool is_preempted) {
  std::vector<JobIndex> hit;
  for (const auto node : nodes) {
    hit.insert(hit.end(), nodes_[node].jobs.begin(), nodes_[node].jobs.end());
  }
  std::sort(hit.begin(), hit.end());
  hit.erase(std::unique(hit.begin(), hit.end()), hit.end());
  for (const auto index : hit) {
    auto& job = jobs_[index];
    if (is_over(index, now)) {
      continue;
    }
    const auto change =
        job.said.goes_on_without ? goes_on(index, nodes, now, is_preempted) : ChipsChange::TooFew;
    if (change != ChipsChange::Unhurt) {
      ++(is_preempted ? job.preemptions : job.interruptions);
      ++(is_preempted ? job.source->result->preemptions : job.source->result->interruptions);
      note(is_preempted ? EventKind::JobPreempted : EventKind::JobInterrupted, job, now,
           change == ChipsChange::TooFew ? 0 : job.chips.size());
    }
    if (change == ChipsChange::TooFew) {
      note(EventKind::JobRequeued, job, now);
      take_chips_from(index, now, is_preempted);
      queue_again(index, now);
    }
  }
}

/// A job whose last moment is now has ended, whoever wants its nodes.
bool ClusterJobs::is_over(JobIndex index, Instant now) {
  auto& job = jobs_[index];
  if (job.state == State::Running) {
    job.said.work->advance_to(now);
    if (job.said.work->is_done()) {
      end_job(index, now);
    }
  }
  return job.state != State::Running;
}

/// The job does without the nodes if it can, with free ones in their place if need be.
ChipsChange ClusterJobs::goes_on(JobIndex index, const std::vector<std::uint32_t>& gone,
                                 Instant now, bool is_preempted) {
  auto& job = jobs_[index];
  count_held(job, now);
  const auto is_gone = [&gone](const NodeChips& part) {
    return std::binary_search(gone.begin(), gone.end(), part.node);
  };
  const auto lost = std::stable_partition(job.chips.begin(), job.chips.end(),
                                          [&](const NodeChips& part) { return !is_gone(part); });
  placement_->release({&*lost, static_cast<std::size_t>(job.chips.end() - lost)}, 1);
  for (auto part = lost; part != job.chips.end(); ++part) {
    std::erase(nodes_[part->node].jobs, index);
    note_held(job, *part, -1, now);
    set_usable(part->node);
  }
  job.chips.erase(lost, job.chips.end());
  auto& work = *job.said.work;
  const auto active_before = work.active_chips();
  const auto hit = work.chips_changed(now, job.chips, is_preempted);
  count_held(job, now, active_before);  // what it has lost was done by the chips it had
  auto change = hit;
  while (change == ChipsChange::TooFew && add_node(index)) {
    change = work.chips_changed(now, job.chips, is_preempted);
  }
  if (change != ChipsChange::TooFew) {
    update_speed(index, now);
  }
  return hit == ChipsChange::Unhurt ? hit : change;
}

/// One more free node for a job, if there is any.
bool ClusterJobs::add_node(JobIndex index) {
  auto& job = jobs_[index];
  JobDemand demand;
  demand.chips = config_.node.chips_per_node;
  std::vector<NodeChips> chips;
  if (!find_chips(demand, chips)) {
    return false;
  }
  check_usable(job, chips.front().node);
  job.chips.push_back(chips.front());
  nodes_[chips.front().node].jobs.push_back(index);
  note_held(job, chips.front(), 1, now_);
  return true;
}

/// Jobs that have lost nodes get free ones, the oldest first.
void ClusterJobs::offer_nodes(Instant now) {
  const auto per_node = config_.node.chips_per_node;
  for (const auto index : std::vector<JobIndex>(elastic_)) {
    auto& job = jobs_[index];
    const auto lacks_nodes = [&] {
      return static_cast<std::int64_t>(job.chips.size()) * per_node < job.said.chips_wanted;
    };
    if (!lacks_nodes() || is_over(index, now)) {
      continue;
    }
    count_held(job, now);
    bool has_more = false;
    while (lacks_nodes() && add_node(index)) {
      has_more = true;
    }
    if (has_more) {
      const auto active_before = job.said.work->active_chips();
      CHECK(job.said.work->chips_changed(now, job.chips, false) != ChipsChange::TooFew,
            "{}: job {} with more chips", name_, index);
      count_held(job, now, active_before);
      update_speed(index, now);
    }
  }
  reschedule_slot();
}

/// Defragmentation: ends preemptible jobs that would find chips elsewhere, so that a job that waits
/// for whole nodes gets them. True: the scheduler has to decide again.
bool ClusterJobs::make_room(Instant now) {
  const auto blocked = std::exchange(blocked_, std::nullopt);
  if (!config_.defragmentation || !blocked || now < next_moves_ ||
      jobs_[*blocked].state != State::Queued) {
    return false;
  }
  std::vector<PlacedJob> placed;
  for (const auto index : running_) {
    const auto& job = jobs_[index];
    placed.push_back(
        {index, job.chips, job.said.demand.chip_share, job.said.demand.is_preemptible});
  }
  const auto moves = placement_->moves_for(jobs_[*blocked].said.demand, placed);
  if (moves.empty()) {
    return false;
  }
  next_moves_ = now + Duration::from_seconds(config_.defragmentation->interval.si());
  for (const auto index : moves) {
    ++jobs_result_.moves;
    preempt(index);
  }
  return true;
}

}  // namespace tokenfab
