// SPDX-License-Identifier: Apache-2.0
#include "models/workload/session_workload.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <utility>

#include "sim/core/mix.hpp"

namespace tokenfab {

SessionWorkload::SessionWorkload(const SessionLoadConfig& config, std::string_view workload)
    : load_(config, workload, "session_rate"),
      population_(config.agents),
      play_(static_cast<std::uint32_t>(config.retries), config.priority) {
  if (config.agents && config.concurrency) {
    throw std::invalid_argument(
        "agents is of an open loop; a closed loop has as many as concurrency");
  }
}

void SessionWorkload::open(WorkloadInputs inputs) {
  load_.open(inputs.stream("arrivals"), inputs.time_of_day);
  days_.begin(inputs.time_of_day);
  agent_stream_ = inputs.stream("agents");
  salt_ = inputs.stream("sessions").next_u64();
}

bool SessionWorkload::next(Arrival& arrival) {
  start_until_next();
  if (later_.empty()) {
    return false;
  }
  std::pop_heap(later_.begin(), later_.end(), std::greater<>());
  arrival = std::move(later_.back().arrival);
  later_.pop_back();
  return true;
}

/// Begins sessions until the earliest request among theirs is before the next session's start.
void SessionWorkload::start_until_next() {
  for (;;) {
    if (has_starts_ && !next_start_) {
      Instant date;
      has_starts_ = load_.next(date);
      next_start_ = has_starts_ ? std::optional(date) : std::nullopt;
    }
    if (!next_start_ || (!later_.empty() && later_.front().arrival.date <= *next_start_)) {
      return;
    }
    const Instant date = *std::exchange(next_start_, std::nullopt);
    sent_.clear();
    const auto agent =
        load_.is_closed() ? std::optional(static_cast<std::uint32_t>(started_)) : std::nullopt;
    has_starts_ = start(date, agent, sent_);
    for (auto& arrival : sent_) {
      later_.push_back({order_++, std::move(arrival)});
      std::push_heap(later_.begin(), later_.end(), std::greater<>());
    }
  }
}

bool SessionWorkload::start(Instant date, std::optional<std::uint32_t> agent,
                            std::vector<Arrival>& sent) {
  Session& session = play_.blank();
  if (!fill(started_, session)) {
    play_.drop();
    return false;
  }
  // 0 is of no session; the number that stands in for it is as good as another.
  const auto number = std::max<std::uint64_t>(chained(salt_, started_), 1);
  ++started_;
  play_.start(date, {number, load_.is_closed() ? agent : agent_of(session)}, sent);
  return true;
}

std::optional<std::uint32_t> SessionWorkload::agent_of(const Session& session) {
  if (population_) {
    // The high half of a 64 x 27 bit product: uneven by less than 2^-37, and no division.
    const auto population = static_cast<std::uint64_t>(*population_);
    return static_cast<std::uint32_t>(
        static_cast<UInt128>(agent_stream_->next_u64()) * population >> 64);
  }
  if (session.agent.empty()) {
    return std::nullopt;
  }
  const auto number = static_cast<std::uint32_t>(agent_numbers_.size());
  return agent_numbers_.try_emplace(session.agent, number).first->second;
}

void SessionWorkload::departed(const Departure& departure, std::vector<Arrival>& next) {
  const auto end = play_.departed(departure, next);
  if (!end) {
    return;
  }
  if (end->was_served) {
    days_.complete(departure.date, end->owner.agent);
  } else {
    days_.fail();
  }
  if (load_.follows()) {
    start(departure.date, end->owner.agent, next);
  }
}

}  // namespace tokenfab
