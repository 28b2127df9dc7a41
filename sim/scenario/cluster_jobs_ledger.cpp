// SPDX-License-Identifier: Apache-2.0
// Where the time of a cluster's chips goes, and the energy of its jobs: exact integers.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/check.hpp"
#include "sim/scenario/cluster_jobs.hpp"

namespace tokenfab {
namespace {

constexpr std::int64_t milli = 1000;  // thousandths of a chip

std::int64_t milli_chips(double chips) {
  return static_cast<std::int64_t>(std::llround(chips * milli));
}

}  // namespace

void ClusterJobs::ExactLedger::add_held(const JobTimes& times, std::int64_t milli_active,
                                        Int128 spare_ticks) {
  useful += times.useful.ticks() * milli_active;
  lost += times.lost.ticks() * milli_active;
  checkpointing += times.checkpointing.ticks() * milli_active;
  restarting += times.restarting.ticks() * milli_active;
  waiting += times.waiting.ticks() * milli_active;
  spare += spare_ticks;
}

ChipTimeLedger ClusterJobs::ExactLedger::in_seconds() const {
  const auto seconds = [](Int128 milli_ticks) {
    return static_cast<double>(milli_ticks) / milli / Duration::ticks_per_second;
  };
  return {seconds(useful),  seconds(lost),  seconds(checkpointing), seconds(restarting),
          seconds(waiting), seconds(spare), seconds(idle),          seconds(repairing),
          seconds(serving), seconds(sum())};
}

std::int64_t ClusterJobs::held_milli_chips(const Job& job) const {
  std::int64_t chips = 0;
  for (const auto& part : job.chips) {
    chips += part.chips;
  }
  return milli_chips(static_cast<double>(chips) * job.said.demand.chip_share);
}

void ClusterJobs::advance_ledger(Instant now) {
  if (now <= now_) {
    return;
  }
  const auto span = now - now_;
  const auto per_node = milli * config_.node.chips_per_node;
  ledger_.idle += span.ticks() * milli_chips(placement_->free_chips());
  ledger_.repairing += span.ticks() * nodes_down_ * per_node;
  ledger_.serving += span.ticks() * nodes_serving_ * per_node;
  fragmentation_s_ += placement_->fragmentation() * span.seconds();
  queue_s_ += static_cast<double>(queued_) * span.seconds();
  lent_node_s_ += static_cast<double>(nodes_lent_) * span.seconds();
  now_ = now;
}

/// Up to `now`; must come before the job's chips or their number at work change.
void ClusterJobs::count_held(Job& job, Instant now, std::int64_t active_chips) {
  auto& work = *job.said.work;
  work.advance_to(now);
  const auto span = now - job.counted_at;
  const auto times = work.times();
  const auto delta = times - job.counted;
  const auto counted =
      delta.useful + delta.lost + delta.checkpointing + delta.restarting + delta.waiting;
  CHECK(counted == span, "{}: a job held its chips for {} s and tells of {} s", name_,
        span.seconds(), counted.seconds());
  const auto held = held_milli_chips(job);
  const auto active = milli_chips(static_cast<double>(active_chips) * job.said.demand.chip_share);
  CHECK(span == Duration() || active <= held, "{}: {} of {} thousandths of chips at work", name_,
        active, held);
  const Int128 spare = span.ticks() * (held - active);
  ledger_.add_held(delta, active, spare);
  job.source->ledger.add_held(delta, active, spare);
  const double full_j = joules_of(span.ticks() * work.steady_power_uw());
  job.energy_j += full_j * power_share_;
  job.counted = times;
  job.counted_at = now;
}

void ClusterJobs::count_steady_energy(Instant now) {
  pending_j_ += joules_of((now - energy_at_).ticks() * steady_uw_) * power_share_;
  energy_at_ = now;
}

double ClusterJobs::harvest_energy_j(Instant now) {
  count_steady_energy(now);
  for (const auto index : profiled_) {
    auto& job = jobs_[index];
    const auto energy = job.said.work->profile_energy(now);
    pending_j_ += joules_of(energy - job.counted_energy);
    job.energy_j += joules_of(energy - job.counted_energy);
    job.counted_energy = energy;
  }
  const double energy = pending_j_;
  pending_j_ = 0;
  metered_j_ += energy;
  return energy;
}

std::optional<double> ClusterJobs::job_chips() const {
  return static_cast<double>((config_.nodes - nodes_down_ - nodes_serving_) *
                             config_.node.chips_per_node) -
         placement_->free_chips();
}

double ClusterJobs::active_chip_seconds(Instant now) const {
  const auto per_node = milli * config_.node.chips_per_node;
  const auto known = now_.since_start().ticks() * config_.nodes * per_node - ledger_.idle -
                     ledger_.repairing - ledger_.serving;
  const auto held = milli_chips(*job_chips());
  return static_cast<double>(known + (now - now_).ticks() * held) / milli /
         Duration::ticks_per_second;
}

void ClusterJobs::watch_units(std::uint32_t groups) { held_.emplace(units(), groups); }

void ClusterJobs::note_held(const Job& job, const NodeChips& part, int sign, Instant now) {
  if (held_) {
    const double chips = static_cast<double>(part.chips) * job.said.demand.chip_share;
    held_->add(part.node, sign * milli_chips(chips), now);
  }
}

/// A node is busy as far as its chips are held; so is what they draw above idle shared out.
void ClusterJobs::read_units(Instant now, std::span<UnitGroup> groups) const {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    auto& group = groups[i];
    group = UnitGroup();
    group.units = first_unit(i + 1, groups.size(), units()) - first_unit(i, groups.size(), units());
    group.busy = Duration::from_ticks(held_->until(i, now) / (milli * config_.node.chips_per_node));
    group.dynamic_energy_j = group.busy.seconds();
  }
}

void ClusterJobs::note(EventKind kind, const Job& job, Instant now, std::size_t nodes) const {
  if (log_ != nullptr && (job.said.is_declared || log_->has_all_jobs())) {
    log_->add(now, {place_.site_name, place_.cluster_name}, kind,
              job.said.is_declared ? std::string(job.said.source)
                                   : fmt::format("{}/{}", job.said.source, job.said.id),
              nodes > 0 ? fmt::format("{} nodes", nodes) : "");
  }
}

void ClusterJobs::write_row(const Job& job, Instant now, JobStatus status) {
  if (sink_ == nullptr) {
    return;
  }
  JobRecord record;
  record.source = job.said.source;
  record.id = job.said.id;
  record.cluster = result_.service;
  record.user = job.said.user;
  record.status = status;
  record.submit = job.submitted;
  record.start = job.started;
  if (status == JobStatus::Completed) {
    record.end = now;
  }
  record.chips = job.said.demand.chips_needed();
  record.nodes = job.chips.size();
  record.interruptions = job.interruptions;
  record.preemptions = job.preemptions;
  sink_->job(record);
}

/// The run ends. Jobs that run or wait are counted as such.
void ClusterJobs::stop_at(Instant now) {
  advance_ledger(now);
  harvest_energy_j(now);
  for (auto& job : jobs_) {
    if (job.state == State::Ended) {
      continue;
    }
    const bool is_running = job.state == State::Running;
    if (is_running) {
      count_held(job, now);
    }
    ++(is_running ? job.source->result->running : job.source->result->waiting);
    write_row(job, now, is_running ? JobStatus::Running : JobStatus::Waiting);
  }
  result_.active_chip_seconds = ledger_.in_seconds().held();
}

PoolResult& ClusterJobs::close() {
  const auto whole =
      now_.since_start().ticks() * milli * config_.nodes * config_.node.chips_per_node;
  CHECK(ledger_.sum() == whole, "{}: chip time of {} s, of {} s there were", result_.service,
        ledger_.in_seconds().total,
        static_cast<double>(whole) / milli / Duration::ticks_per_second);
  jobs_result_.chip_time = ledger_.in_seconds();
  jobs_result_.fragmentation_seconds = fragmentation_s_;
  jobs_result_.queue_seconds = queue_s_;
  double energy_j = 0;
  for (const auto& job : jobs_) {
    job.source->result->energy_dynamic_j += job.energy_j;
    energy_j += job.energy_j;
  }
  CHECK(std::abs(energy_j - metered_j_) <= 1e-9 * (metered_j_ + 1),
        "{}: jobs took {} J, the meter read {} J", name_, energy_j, metered_j_);
  for (auto& [name, source] : sources_) {
    source.result->site = place_.site_name;
    source.result->cluster = place_.cluster_name;
    source.result->chip_time = source.ledger.in_seconds();
  }
  result_.borrowed_chip_seconds = lent_node_s_ * static_cast<double>(config_.node.chips_per_node);
  result_.work.work.dynamic_energy_j = metered_j_;
  return result_;
}

}  // namespace tokenfab
