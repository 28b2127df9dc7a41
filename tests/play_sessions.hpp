// SPDX-License-Identifier: Apache-2.0
// Plays a workload against a service that answers every request after a time that the caller gives,
// and keeps what was sent and when it was answered.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/api/workload.hpp"

namespace tokenfab {

struct Sent {
  Arrival arrival;
  Instant left;
  bool was_served = true;
};

struct PlayRules {
  std::function<double(const Arrival&)> answer_time_s = [](const Arrival&) { return 1.0; };
  std::function<bool(const Arrival&)> is_served = [](const Arrival&) { return true; };
  std::uint64_t seed = 1;
  bool keeps = true;  // what was sent; else only counts it
  std::size_t most = 10'000'000;
};

struct Played {
  std::vector<Sent> sent;  // in the order of leaving
  std::uint64_t requests = 0;
  std::uint64_t on_the_way_max = 0;
  bool in_order = true;  // dates given by next() never decrease, nor precede what caused them
};

/// An event loop like the simulator's: new arrivals are fetched as far as needed.
inline Played play_sessions(Workload& workload, WorkloadInputs inputs, const PlayRules& rules) {
  inputs.stream = [&rules](std::string_view purpose) {
    return RandomStream(rules.seed, 0, "w", purpose);
  };
  workload.open(std::move(inputs));
  struct Leaving {
    Instant date;
    std::uint64_t order;
    Arrival arrival;
    bool operator>(const Leaving& other) const {
      return date != other.date ? date > other.date : order > other.order;
    }
  };
  std::vector<Leaving> leaving;  // min-heap by date
  Played played;
  const auto send = [&](Arrival&& arrival) {
    const auto left = arrival.date + Duration::from_seconds(rules.answer_time_s(arrival));
    leaving.push_back({left, played.requests++, std::move(arrival)});
    std::push_heap(leaving.begin(), leaving.end(), std::greater<>());
  };
  Arrival ahead;
  Instant last;
  bool has_ahead = workload.next(ahead);
  std::vector<Arrival> replies;
  while ((has_ahead || !leaving.empty()) && played.requests < rules.most) {
    if (has_ahead && (leaving.empty() || ahead.date <= leaving.front().date)) {
      played.in_order = played.in_order && ahead.date >= last;
      last = ahead.date;
      send(std::move(ahead));
      has_ahead = workload.next(ahead);
      continue;
    }
    played.on_the_way_max = std::max<std::uint64_t>(played.on_the_way_max, leaving.size());
    std::pop_heap(leaving.begin(), leaving.end(), std::greater<>());
    auto top = std::move(leaving.back());
    leaving.pop_back();
    const bool was_served = rules.is_served(top.arrival);
    replies.clear();
    workload.departed({top.date, top.arrival.handle, was_served}, replies);
    if (rules.keeps) {
      played.sent.push_back({std::move(top.arrival), top.date, was_served});
    }
    for (auto& reply : replies) {
      played.in_order = played.in_order && reply.date >= top.date;
      send(std::move(reply));
    }
  }
  return played;
}

}  // namespace tokenfab
