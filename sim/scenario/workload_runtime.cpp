// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/workload_runtime.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

// A client whose request is refused tries its next one a round trip later: an estimate of a network
// round trip, without which a closed loop of refused requests would stand still in time.
constexpr auto rejection_round_trip = Duration::from_ticks(Duration::ticks_per_second / 1000);

constexpr auto ticks_per_day = Int128{86400} * Duration::ticks_per_second;

void add(std::optional<AgentActivity>& sum, const AgentActivity& activity, std::size_t first_day) {
  sum = sum.value_or(AgentActivity{});
  sum->tasks_completed += activity.tasks_completed;
  sum->tasks_failed += activity.tasks_failed;
  auto& days = sum->agents_by_day;
  days.resize(std::max(days.size(), first_day + activity.agents_by_day.size()));
  for (std::size_t i = 0; i < activity.agents_by_day.size(); ++i) {
    days[first_day + i] += activity.agents_by_day[i];
  }
}

}  // namespace

WorkloadRuntime::WorkloadRuntime(WorkloadId id, std::string name, std::unique_ptr<Workload> source,
                                 ServiceRuntime& service, Floor& floor)
    : id_(id),
      name_(std::move(name)),
      source_(std::move(source)),
      service_(service),
      floor_(floor),
      slot_(floor.engine.agenda().add(engine::EventPriority::Arrival, *this)) {
  // All pools of a service answer through one front end: the first pool's engine.
  if (const auto& engine = service.pools().front()->plan().config->engine) {
    front_end_ = Duration::from_seconds(engine->profile.request_overhead.si());
    front_end_per_token_ = Duration::from_seconds(engine->profile.request_token_overhead.si());
  }
  tenant_number(0);  // the nameless one is there before anybody asks
  floor.tenant_name_lists[id.index] = &tenant_names_;
}

void WorkloadRuntime::start(Instant from) {
  offset_ = from.since_start();
  is_running_ = true;
  read_next();
  fetch();
  reschedule();
  look_if_done(from);
}

void WorkloadRuntime::restart(std::unique_ptr<Workload> source, Instant now) {
  CHECK(is_dry() && in_service_ == 0, "{}: {} requests of its last run are still there", name_,
        pending_.size() + in_service_);
  agents_before_ = agents();
  in_time_before_ = answered_in_time();
  source_ = std::move(source);
  tenant_numbers_.clear();
  start(now);
}

void WorkloadRuntime::read_next() {
  has_next_ = source_->next(next_);
  if (has_next_) {
    next_.date += offset_;
  }
}

void WorkloadRuntime::push(Arrival&& arrival) {
  const auto visible =
      arrival.date + arrival.preparation + front_end_ + front_end_per_token_ * arrival.input_tokens;
  pending_.push_back({visible, pushed_++, std::move(arrival)});
  std::push_heap(pending_.begin(), pending_.end(), std::greater<>());
}

Arrival WorkloadRuntime::pop() {
  std::pop_heap(pending_.begin(), pending_.end(), std::greater<>());
  auto arrival = std::move(pending_.back().arrival);
  pending_.pop_back();
  return arrival;
}

void WorkloadRuntime::fetch() {
  // A request that arrives after the earliest visible date cannot be visible before it.
  while (has_next_ && (pending_.empty() || next_.date + front_end_ <= pending_.front().visible)) {
    push(std::move(next_));
    read_next();
  }
}

void WorkloadRuntime::handle_event(Instant now) {
  while (!pending_.empty() && pending_.front().visible <= now) {
    const auto slot = make_request(pop());
    ++in_service_;
    service_.submit(slot, now);
    fetch();
  }
  reschedule();
  if (is_running_ && is_dry() && in_service_ == 0) {
    is_running_ = false;
    if (when_done_) {
      when_done_(now);
    }
  }
}

void WorkloadRuntime::look_if_done(Instant now) {
  if (when_done_ && is_dry() && in_service_ == 0) {
    floor_.engine.agenda().schedule(slot_, now);
  }
}

/// Tenants seen up to this one are numbered in the source's order, so the first source's numbers
/// stay as they are.
std::uint32_t WorkloadRuntime::tenant_number(std::uint32_t of_source) {
  while (tenant_numbers_.size() <= of_source) {
    const auto& name = source_->tenants()[tenant_numbers_.size()];
    const auto [known, is_new] =
        tenants_by_name_.try_emplace(name, static_cast<std::uint32_t>(tenant_names_.size()));
    tenant_numbers_.push_back(known->second);
    if (is_new) {
      tenant_names_.push_back(name);
    }
  }
  return tenant_numbers_[of_source];
}

SlotId WorkloadRuntime::make_request(Arrival&& arrival) {
  const auto slot = floor_.requests.take();
  Request& request = floor_.requests[slot];
  request.arrival = arrival.date;
  request.input_tokens = arrival.input_tokens;
  request.output_tokens = arrival.output_tokens;
  request.workload = id_;
  request.tenant = tenant_number(arrival.tenant);
  request.priority = arrival.priority;
  request.session = arrival.session;
  request.handle = arrival.handle;
  request.generation = arrival.generation;
  request.answer_joins_last = arrival.answer_joins_last;
  floor_.requests.prompt(slot) = std::move(arrival.prompt);
  auto& tenants = floor_.tenants[id_.index];
  if (tenants.size() <= request.tenant) {
    tenants.resize(request.tenant + 1);
  }
  return slot;
}

void WorkloadRuntime::request_left(const Departure& departure) {
  --in_service_;
  const auto sent = departure.was_served ? departure.date : departure.date + rejection_round_trip;
  replies_.clear();
  source_->departed({sent - offset_, departure.handle, departure.was_served}, replies_);
  for (auto& arrival : replies_) {
    arrival.date += offset_;
    push(std::move(arrival));
  }
  if (!replies_.empty()) {
    reschedule();
  }
  look_if_done(departure.date);
}

std::optional<AgentActivity> WorkloadRuntime::agents() const {
  auto sum = agents_before_;
  if (const auto own = source_->agents()) {
    add(sum, *own, static_cast<std::size_t>(offset_.ticks() / ticks_per_day));
  }
  return sum;
}

std::optional<std::uint64_t> WorkloadRuntime::answered_in_time() const {
  const auto own = source_->answered_in_time();
  return own ? std::optional(*own + in_time_before_.value_or(0)) : in_time_before_;
}

void WorkloadRuntime::reschedule() {
  if (!pending_.empty()) {
    floor_.engine.agenda().schedule(slot_, pending_.front().visible);
  }
}

void WorkloadRuntime::stop_at(Instant now) {
  while (has_next_ && next_.date <= now) {
    push(std::move(next_));
    read_next();
  }
  while (!pending_.empty()) {
    auto arrival = pop();
    if (arrival.date <= now) {
      service_.hold_back(make_request(std::move(arrival)));
    }
  }
}

}  // namespace tokenfab
