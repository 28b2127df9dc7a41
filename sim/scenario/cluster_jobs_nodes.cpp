// SPDX-License-Identifier: Apache-2.0
// How nodes of a cluster leave its jobs and come back: failures, lending, stragglers.
#include <algorithm>

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
    set_usable(number);  // nobody flees onto it
  }
}

void ClusterJobs::node_failed(std::uint32_t number, Instant now) {
  if (!nodes_[number].is_failing) {
    return;  // it went with another one
  }
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
    nodes_[node].slowdown = 1;
    nodes_down_ += nodes_[node].is_ours ? 1 : 0;
    set_usable(node);
  }
  scheduler_->capacity_changed(nodes_usable_ * config_.node.chips_per_node, now);
  wake(now);
}

void ClusterJobs::node_repaired(std::uint32_t number, Instant now) {
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

void ClusterJobs::node_slowed(std::uint32_t number, double factor, Instant now) {
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
      lend(node, now);
    }
  }
}

void ClusterJobs::chips_reclaimed(const ChipRange& chips, Instant now) {
  for (auto chip = chips.first; chip < chips.first + chips.count; ++chip) {
    const auto node = static_cast<std::uint32_t>(chip / config_.node.chips_per_node);
    if (nodes_[node].service_chips++ == 0) {
      claim(node, now);
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
  node.is_failing = true;
  vacate({number}, now, true);
  node.is_failing = false;
  node.is_ours = false;
  ++nodes_serving_;
  --nodes_lent_;
  nodes_down_ -= node.is_down ? 1 : 0;
  set_usable(number);
  scheduler_->capacity_changed(nodes_usable_ * config_.node.chips_per_node, now);
  wake(now);
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
    auto& count = is_preempted ? job.preemptions : job.interruptions;
    ++count;
    ++(is_preempted ? source_of(job).preemptions : source_of(job).interruptions);
    if (job.said.goes_on_without && goes_on(index, nodes, now)) {
      continue;
    }
    take_chips_from(index, now, is_preempted);
    queue_again(index, now);
  }
}

/// Whether the job can do without the nodes, with free ones in their place if need be.
bool ClusterJobs::goes_on(JobIndex index, const std::vector<std::uint32_t>& gone, Instant now) {
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
    set_usable(part->node);
  }
  job.chips.erase(lost, job.chips.end());
  bool is_enough = job.said.work->chips_changed(now, job.chips);
  while (!is_enough && add_node(job)) {
    nodes_[job.chips.back().node].jobs.push_back(index);
    is_enough = job.said.work->chips_changed(now, job.chips);
  }
  if (is_enough) {
    update_speed(index, now);
  }
  return is_enough;
}

/// One more free node for a job, if there is any.
bool ClusterJobs::add_node(Job& job) {
  JobDemand demand;
  demand.chips = config_.node.chips_per_node;
  std::vector<NodeChips> chips;
  if (!placement_->place(demand, chips)) {
    return false;
  }
  job.chips.insert(job.chips.end(), chips.begin(), chips.end());
  return true;
}

/// Jobs that have lost nodes get free ones, the oldest first.
void ClusterJobs::offer_nodes(Instant now) {
  const auto per_node = config_.node.chips_per_node;
  for (const auto index : std::vector<JobIndex>(elastic_)) {
    auto& job = jobs_[index];
    count_held(job, now);
    bool has_more = false;
    while (static_cast<std::int64_t>(job.chips.size()) * per_node < job.said.chips_wanted &&
           add_node(job)) {
      nodes_[job.chips.back().node].jobs.push_back(index);
      has_more = true;
    }
    if (has_more) {
      CHECK(job.said.work->chips_changed(now, job.chips), "{}: job {} with more chips", name_,
            index);
      update_speed(index, now);
    }
  }
  reschedule_slot();
}

}  // namespace tokenfab
