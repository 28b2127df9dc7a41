// SPDX-License-Identifier: Apache-2.0
// Plays jobs on a cluster without an engine: ends, then submissions, then decisions of a date. What
// every scheduler must keep to is checked on the way.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "models/catalog.hpp"
#include "sim/api/job.hpp"
#include "sim/api/job_scheduler.hpp"
#include "sim/core/check.hpp"

namespace tokenfab::testing {

template <class Interface>
std::unique_ptr<Interface> make_plain(const char* kind, const std::string& id) {
  const auto* entry = plugin_table().find(kind, id);
  CHECK(entry != nullptr, "{} {}", kind, id);
  return plugin_table().make<Interface>(kind, {id, entry->make_config()});
}

inline Duration job_seconds(std::int64_t count) {
  return Duration::from_ticks(Int128{count} * Duration::ticks_per_second);
}

/// The cluster of a play.
struct JobCluster {
  PlacementInputs nodes;
  std::string placement = "first_fit";
  bool all_preemptible = false;
};

class JobPlay : public JobFloor {
 public:
  JobPlay(JobScheduler& scheduler, const JobCluster& cluster)
      : scheduler_(scheduler),
        cluster_(cluster),
        placement_(make_plain<JobPlacement>("placement", cluster.placement)) {
    placement_->start(cluster.nodes);
    const std::int64_t chips = std::int64_t{cluster.nodes.nodes} * cluster.nodes.chips_per_node;
    scheduler_.start({chips, {}});
  }

  /// In order of submission; plays them to the end of the last one.
  void play(const std::vector<JobRow>& rows) {
    rows_ = &rows;
    begins.assign(rows.size(), std::nullopt);
    held_.resize(rows.size());
    for (std::size_t next = 0; next < rows.size() || !ends_.empty();) {
      const bool is_end = !ends_.empty() && (next == rows.size() || std::get<0>(ends_.top()) <=
                                                                        Instant(rows[next].submit));
      now_ = is_end ? std::get<0>(ends_.top()) : Instant(rows[next].submit);
      while (!ends_.empty() && std::get<0>(ends_.top()) == now_) {
        const auto [date, job, begin] = ends_.top();
        ends_.pop();
        if (begins[job] == begin && !held_[job].empty()) {
          give_back(job);
          last_end = now_;
        }
      }
      for (; next < rows.size() && Instant(rows[next].submit) == now_; ++next) {
        submit(static_cast<JobIndex>(next));
      }
      scheduler_.decide(now_, *this);
    }
  }

  double free_chips() const override { return placement_->free_chips(); }

  bool start(JobIndex job) override {
    CHECK(waiting_.contains(job), "job {} does not wait", job);
    if (!placement_->place(demand(job), held_[job])) {
      ++refusals;
      return false;
    }
    waiting_.erase(job);
    begins[job] = now_;
    ends_.emplace(now_ + (*rows_)[job].run, job, now_);
    return true;
  }

  void preempt(JobIndex job) override {
    ++preemptions;
    give_back(job);
    submit(job);
  }

  const JobPlacement& placement() const { return *placement_; }
  std::size_t waiting() const { return waiting_.size(); }
  Instant now() const { return now_; }

  std::vector<std::optional<Instant>> begins;  // last ones
  Instant last_end;
  std::uint64_t refusals = 0;
  std::uint64_t preemptions = 0;

 private:
  JobDemand demand(JobIndex job) const {
    const JobRow& row = (*rows_)[job];
    JobDemand demand;
    demand.chips = row.chips;
    demand.chip_share = row.chip_share;
    demand.estimate = row.estimate.value_or(row.run);
    demand.priority = row.priority;
    demand.user = row.user.empty() ? 0 : static_cast<std::uint32_t>(std::stoul(row.user));
    demand.is_preemptible = cluster_.all_preemptible;
    return demand;
  }

  void submit(JobIndex job) {
    waiting_.insert(job);
    scheduler_.submitted(job, demand(job), now_);
  }

  void give_back(JobIndex job) {
    placement_->release(held_[job], (*rows_)[job].chip_share);
    held_[job] = std::vector<NodeChips>();  // its memory too
    scheduler_.ended(job, now_);
  }

  using End = std::tuple<Instant, JobIndex, Instant>;  // with its begin, lest it was preempted

  JobScheduler& scheduler_;
  JobCluster cluster_;
  std::unique_ptr<JobPlacement> placement_;
  const std::vector<JobRow>* rows_ = nullptr;
  std::vector<std::vector<NodeChips>> held_;
  std::set<JobIndex> waiting_;
  std::priority_queue<End, std::vector<End>, std::greater<>> ends_;
  Instant now_;
};

/// What the goldens print.
struct JobFigures {
  double wait_mean_s = 0;
  double wait_max_s = 0;
  double bounded_slowdown_mean = 0;
  double makespan_s = 0;
};

inline JobFigures figures_of(const std::vector<JobRow>& rows, const JobPlay& play) {
  JobFigures figures;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double wait = (*play.begins[i] - Instant(rows[i].submit)).seconds();
    const double run = rows[i].run.seconds();
    figures.wait_mean_s += wait / static_cast<double>(rows.size());
    figures.wait_max_s = std::max(figures.wait_max_s, wait);
    figures.bounded_slowdown_mean +=
        std::max(1.0, (wait + run) / std::max(run, 10.0)) / static_cast<double>(rows.size());
  }
  figures.makespan_s = play.last_end.seconds();
  return figures;
}

}  // namespace tokenfab::testing
