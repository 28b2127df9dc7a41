// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/workload_runtime.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace tokenfab {
namespace {

// A client whose request is refused tries its next one a round trip later: an estimate of a network
// round trip, without which a closed loop of refused requests would stand still in time.
constexpr auto rejection_round_trip = Duration::from_ticks(Duration::ticks_per_second / 1000);

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
}

void WorkloadRuntime::start() {
  has_next_ = source_->next(next_);
  fetch();
  reschedule();
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
    has_next_ = source_->next(next_);
  }
}

void WorkloadRuntime::handle_event(Instant now) {
  while (!pending_.empty() && pending_.front().visible <= now) {
    const auto slot = make_request(pop());
    service_.submit(slot, now);
    fetch();
  }
  reschedule();
}

SlotId WorkloadRuntime::make_request(Arrival&& arrival) {
  const auto slot = floor_.requests.take();
  Request& request = floor_.requests[slot];
  request.arrival = arrival.date;
  request.input_tokens = arrival.input_tokens;
  request.output_tokens = arrival.output_tokens;
  request.workload = id_;
  request.tenant = arrival.tenant;
  request.priority = arrival.priority;
  request.session = arrival.session;
  request.handle = arrival.handle;
  request.generation = arrival.generation;
  request.answer_joins_last = arrival.answer_joins_last;
  floor_.requests.prompt(slot) = std::move(arrival.prompt);
  auto& tenants = floor_.tenants[id_.index];
  if (tenants.size() <= arrival.tenant) {
    tenants.resize(arrival.tenant + 1);
  }
  return slot;
}

void WorkloadRuntime::request_left(const Departure& departure) {
  const auto sent = departure.was_served ? departure.date : departure.date + rejection_round_trip;
  replies_.clear();
  source_->departed({sent, departure.handle, departure.was_served}, replies_);
  for (auto& arrival : replies_) {
    push(std::move(arrival));
  }
  if (!replies_.empty()) {
    reschedule();
  }
}

void WorkloadRuntime::reschedule() {
  if (!pending_.empty()) {
    floor_.engine.agenda().schedule(slot_, pending_.front().visible);
  }
}

void WorkloadRuntime::stop_at(Instant now) {
  while (has_next_ && next_.date <= now) {
    push(std::move(next_));
    has_next_ = source_->next(next_);
  }
  while (!pending_.empty()) {
    auto arrival = pop();
    if (arrival.date <= now) {
      service_.hold_back(make_request(std::move(arrival)));
    }
  }
}

}  // namespace tokenfab
