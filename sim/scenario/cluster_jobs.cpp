// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/cluster_jobs.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/catalog.hpp"
#include "sim/core/check.hpp"
#include "sim/scenario/training_plan.hpp"

namespace tokenfab {

ClusterJobs::ClusterJobs(Place place, const ClusterConfig& cluster, std::int64_t service_chips,
                         std::int64_t chips_max, engine::Agenda& agenda, JobSink* sink,
                         JobsListener& listener, EventLog* events)
    : place_(std::move(place)),
      name_(place_.site_name + "/" + place_.cluster_name),
      config_(cluster),
      agenda_(agenda),
      slot_(agenda.add(engine::EventPriority::StepBoundary, *this)),
      sink_(sink),
      listener_(listener),
      scheduler_(plugin_table().make<JobScheduler>("scheduler", cluster.scheduler)),
      placement_(plugin_table().make<JobPlacement>("placement", cluster.placement)),
      levels_(clock_levels(cluster.node.chip)),
      nodes_(static_cast<std::size_t>(cluster.nodes)),
      nodes_usable_(cluster.nodes),
      chips_max_(chips_max),
      log_(events) {
  const auto per_node = cluster.node.chips_per_node;
  const auto as_count = [](std::int64_t count) { return static_cast<std::uint32_t>(count); };
  const auto leaf = make_network(cluster)->topology().nodes_per_leaf();
  const auto domain = std::max<std::int64_t>(1, cluster.node.chip.scale_up_domain / per_node);
  PlacementInputs inputs;
  inputs.nodes = as_count(cluster.nodes);
  inputs.chips_per_node = as_count(per_node);
  inputs.nodes_per_domain = as_count(domain);
  inputs.nodes_per_leaf = as_count(leaf);
  placement_->start(inputs);
  for (std::uint32_t node = 0; node * per_node < service_chips; ++node) {
    nodes_[node].service_chips = std::min(per_node, service_chips - node * per_node);
    nodes_[node].is_ours = false;
    ++nodes_serving_;
    ++service_nodes_;
    set_usable(node);
  }
  scheduler_->start({nodes_usable_ * per_node, {}});
  result_.service = place_.site_name + "." + place_.cluster_name;
  result_.name = "jobs";
  result_.site = place_.site_name;
  result_.cluster = place_.cluster_name;
  result_.is_jobs = true;
  result_.borrows = service_chips > 0;
  result_.chips = static_cast<double>(nodes_usable_ * per_node);
}

void ClusterJobs::submit(JobSubmission submission, Instant now) {
  advance_ledger(now);
  auto& source = source_named(submission.source);
  ++source.result->submitted;
  submission.demand.user = user_number(submission.user);
  const auto index = static_cast<JobIndex>(jobs_.size());
  auto& job = jobs_.emplace_back();
  job.said = std::move(submission);
  job.source = &source;
  job.submitted = now;
  if (job.said.demand.chips > chips_max_) {
    job.state = State::Ended;
    ++source.result->rejected;
    note(EventKind::JobRejected, job, now);
    write_row(job, now, JobStatus::Rejected);
    job.said.work.reset();
    listener_.job_left(now);
    return;
  }
  ++unfinished_;
  job.said.work->when_changed([this, index](Instant date) { look_at(index, date); });
  queue_again(index, now);
}

ClusterJobs::Source& ClusterJobs::source_named(std::string_view name) {
  const auto found = sources_.find(name);
  if (found != sources_.end()) {
    return found->second;
  }
  auto& source = sources_[std::string(name)];
  source.result = &jobs_result_.sources[std::string(name)];
  return source;
}

std::uint32_t ClusterJobs::user_number(const std::string& user) {
  const auto [found, is_new] = users_.try_emplace(user, static_cast<std::uint32_t>(users_.size()));
  if (is_new) {
    scheduler_->user_joined(found->second, user);
  }
  return found->second;
}

void ClusterJobs::queue_again(JobIndex index, Instant now) {
  auto& job = jobs_[index];
  job.state = State::Queued;
  ++queued_;
  auto& demand = job.said.demand;
  if (job.said.goes_on_without) {
    const auto usable = nodes_usable_ * config_.node.chips_per_node;
    const auto& said = job.said;
    demand.chips = job.started ? std::clamp(usable, said.chips_least, said.chips_enough)
                               : std::clamp(usable, said.chips_enough, said.chips_wanted);
  }
  demand.estimate = job.said.work->estimate_left();
  scheduler_->submitted(index, job.said.demand, now);
  wake(now);
}

/// The scheduler decides once everything of this date has happened.
void ClusterJobs::wake(Instant now) {
  must_decide_ = true;
  agenda_.schedule(slot_, now);
}

/// Something outside told the job's work something.
void ClusterJobs::look_at(JobIndex index, Instant now) {
  if (jobs_[index].state == State::Running) {
    advance_ledger(now);
    reschedule(index);
    reschedule_slot();
  }
}

void ClusterJobs::handle_event(Instant now) {
  advance_ledger(now);
  play_due(now);
  const auto change = scheduler_->next_change(now);
  while (must_decide_ || (change && *change <= now)) {
    must_decide_ = false;
    scheduler_->decide(now, *this);
    play_due(now);
    if (!must_decide_ && !make_room(now)) {
      break;
    }
  }
  if (std::exchange(lacks_nodes_, false)) {
    offer_nodes(now);
  }
  reschedule_slot();
}

void ClusterJobs::play_due(Instant now) {
  while (!events_.empty() && events_.top().date <= now) {
    const auto event = events_.top();
    events_.pop();
    auto& job = jobs_[event.job];
    if (event.generation != job.generation || job.state != State::Running) {
      continue;
    }
    job.said.work->advance_to(now);
    if (job.said.work->is_done()) {
      end_job(event.job, now);
    } else {
      reschedule(event.job);
    }
  }
}

void ClusterJobs::reschedule(JobIndex index) {
  auto& job = jobs_[index];
  ++job.generation;
  const auto date = job.said.work->next_event();
  if (job.state == State::Running && date) {
    events_.push({*date, index, job.generation});
  }
}

void ClusterJobs::reschedule_slot() {
  while (!events_.empty() && (jobs_[events_.top().job].generation != events_.top().generation ||
                              jobs_[events_.top().job].state != State::Running)) {
    events_.pop();
  }
  auto date = events_.empty() ? std::nullopt : std::optional(events_.top().date);
  const auto change = scheduler_->next_change(now_);
  if (change && *change > now_ && (!date || *change < *date)) {
    date = change;
  }
  if (must_decide_) {
    date = now_;
  }
  if (date) {
    agenda_.schedule(slot_, std::max(*date, now_));
  } else {
    agenda_.cancel(slot_);
  }
}

bool ClusterJobs::start(JobIndex index) {
  auto& job = jobs_[index];
  CHECK(job.state == State::Queued, "{}: job {} is not in the queue", name_, index);
  job.chips.clear();
  if (!find_chips(job.said.demand, job.chips)) {
    if (!blocked_ && job.said.demand.chips_needed() <= placement_->free_chips()) {
      blocked_ = index;
    }
    return false;
  }
  --queued_;
  job.state = State::Running;
  job.running_at = static_cast<std::uint32_t>(running_.size());
  running_.push_back(index);
  if (running_.size() == 1) {
    listener_.jobs_became_busy(now_);
  }
  if (!job.started) {
    job.started = now_;
  }
  for (const auto& part : job.chips) {
    check_usable(job, part.node);
    nodes_[part.node].jobs.push_back(index);
    note_held(job, part, 1, now_);
  }
  note(EventKind::JobStarted, job, now_, job.chips.size());
  auto& work = *job.said.work;
  work.set_speed(now_, clock_, slowdown_of(job));
  work.start(now_, job.chips);
  job.counted = work.times();
  job.counted_at = now_;
  count_steady_energy(now_);
  steady_uw_ += work.steady_power_uw();
  if (work.has_profile()) {
    profiled_.insert(std::upper_bound(profiled_.begin(), profiled_.end(), index), index);
  }
  if (job.said.goes_on_without) {
    elastic_.insert(std::upper_bound(elastic_.begin(), elastic_.end(), index), index);
    lacks_nodes_ = lacks_nodes_ || job.said.demand.chips < job.said.chips_wanted;
  }
  reschedule(index);
  return true;
}

/// The job runs no more, for whatever reason, and its chips are free.
void ClusterJobs::take_chips_from(JobIndex index, Instant now, bool is_preempted) {
  auto& job = jobs_[index];
  auto& work = *job.said.work;
  if (!work.is_done()) {
    work.stop(now, is_preempted);
  }
  count_held(job, now);
  count_steady_energy(now);
  steady_uw_ -= work.steady_power_uw();
  if (work.has_profile()) {
    const auto energy = work.profile_energy(now);
    pending_j_ += joules_of(energy - job.counted_energy);
    job.energy_j += joules_of(energy - job.counted_energy);
    job.counted_energy = energy;
    std::erase(profiled_, index);
  }
  if (job.said.goes_on_without) {
    std::erase(elastic_, index);
  }
  placement_->release(job.chips, job.said.demand.chip_share);
  for (const auto& part : job.chips) {
    auto& node = nodes_[part.node];
    std::erase(node.jobs, index);
    note_held(job, part, -1, now);
    if (node.jobs.empty()) {
      set_usable(part.node);  // one that fails is nobody's refuge
    }
  }
  jobs_[running_.back()].running_at = job.running_at;
  running_[job.running_at] = running_.back();
  running_.pop_back();
  scheduler_->ended(index, now);
  wake(now);
}

void ClusterJobs::end_job(JobIndex index, Instant now) {
  take_chips_from(index, now, false);
  auto& job = jobs_[index];
  job.state = State::Ended;
  note(EventKind::JobEnded, job, now);
  --unfinished_;
  auto& source = *job.source->result;
  ++source.completed;
  const double wait_s = (*job.started - job.submitted).seconds();
  const double run_s = (now - *job.started).seconds();
  source.wait_sum_s += wait_s;
  source.wait_max_s = std::max(source.wait_max_s, wait_s);
  // Feitelson et al. 1997, "Theory and practice in parallel job scheduling": bounded at 10 s.
  source.bounded_slowdown_sum += std::max(1.0, (wait_s + run_s) / std::max(run_s, 10.0));
  source.completion_sum_s += (now - job.submitted).seconds();
  source.last_end_s = now.seconds();
  write_row(job, now, JobStatus::Completed);
  if (job.said.when_done) {
    job.said.when_done(now);
  }
  job.said.work.reset();
  job.chips = std::vector<NodeChips>();  // its memory too, which clear() would keep
  listener_.job_left(now);
}

void ClusterJobs::preempt(JobIndex index) {
  auto& job = jobs_[index];
  CHECK(job.state == State::Running && job.said.demand.is_preemptible,
        "{}: job {} cannot be preempted", name_, index);
  ++job.preemptions;
  ++job.source->result->preemptions;
  note(EventKind::JobPreempted, job, now_);
  note(EventKind::JobRequeued, job, now_);
  take_chips_from(index, now_, true);
  queue_again(index, now_);
}

/// Of the nodes that work; a slow spare holds nobody up.
double ClusterJobs::slowdown_of(const Job& job) const {
  double slowest = 1;
  auto left = job.said.work->active_chips();
  for (auto part = job.chips.begin(); part != job.chips.end() && left > 0; ++part) {
    slowest = std::max(slowest, nodes_[part->node].slowdown);
    left -= part->chips;
  }
  return slowest;
}

void ClusterJobs::check_usable(const Job& job, std::uint32_t node) const {
  CHECK(nodes_[node].is_usable, "{}: a job of {} on node {}, which it may not have", name_,
        job.said.source, node);
}

void ClusterJobs::update_speed(JobIndex index, Instant now) {
  auto& job = jobs_[index];
  job.said.work->set_speed(now, clock_, slowdown_of(job));
  reschedule(index);
}

void ClusterJobs::set_clock(double clock, Instant date) {
  const auto now = not_past(date);
  advance_ledger(now);
  count_steady_energy(now);
  for (const auto index : running_) {
    count_held(jobs_[index], now);
  }
  clock_ = clock;
  const auto level = std::find_if(levels_.begin(), levels_.end(),
                                  [clock](const ClockLevel& at) { return at.clock >= clock; });
  power_share_ = level == levels_.end() ? 1 : level->dynamic_power;
  for (const auto index : running_) {
    update_speed(index, now);
  }
  reschedule_slot();
}

}  // namespace tokenfab
