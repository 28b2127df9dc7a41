// SPDX-License-Identifier: Apache-2.0
#include "models/workload/session_play.hpp"

#include "sim/core/check.hpp"

namespace tokenfab {

Session& SessionPlay::blank() {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(live_.size()));
    live_.push_back(std::make_unique<Live>());
  }
  blank_ = free_.back();
  free_.pop_back();
  Session& session = live_[blank_]->session;
  session.clear();
  return session;
}

void SessionPlay::start(Instant date, const SessionOwner& owner, std::vector<Arrival>& sent) {
  Live& live = *live_[blank_];
  live.owner = owner;
  live.unanswered = static_cast<std::uint32_t>(live.session.requests.size());
  live.on_the_way = 0;
  live.is_lost = false;
  live.tries.clear();
  link(live);
  for (std::uint32_t i = 0; i < live.missing.size(); ++i) {
    if (live.missing[i] == 0) {
      send(blank_, i, date + live.session.requests[i].gap, sent);
    }
  }
  CHECK(live.on_the_way > 0, "a session of {} requests, none of which starts", live.unanswered);
}

void SessionPlay::link(Live& live) {
  const auto& session = live.session;
  const std::size_t requests = session.requests.size();
  live.missing.assign(requests, 0);
  live.follower_begin.assign(requests + 2, 0);  // two on: filling moves each to its place
  for (const auto before : session.after) {
    ++live.follower_begin[before + 2];
  }
  for (std::size_t i = 2; i < live.follower_begin.size(); ++i) {
    live.follower_begin[i] += live.follower_begin[i - 1];
  }
  live.followers.resize(session.after.size());
  for (std::uint32_t i = 0; i < requests; ++i) {
    for (const auto before : session.after_of(session.requests[i])) {
      CHECK(before < i, "request {} waits for request {}", i, before);
      ++live.missing[i];
      live.followers[live.follower_begin[before + 1]++] = i;
    }
  }
}

void SessionPlay::send(std::uint32_t slot, std::uint32_t number, Instant date,
                       std::vector<Arrival>& sent) {
  Live& live = *live_[slot];
  const auto& request = live.session.requests[number];
  const auto prompt = live.session.prompt_of(request);
  Arrival& arrival = sent.emplace_back();
  arrival.date = date;
  arrival.input_tokens = request.input_tokens;
  arrival.output_tokens = request.output_tokens;
  arrival.priority = priority_;
  arrival.session = live.owner.number;
  arrival.handle = std::uint64_t{slot} << 32 | number;
  arrival.answer_joins_last = request.answer_joins_last;
  arrival.prompt.assign(prompt.begin(), prompt.end());
  ++live.on_the_way;
}

bool SessionPlay::may_retry(Live& live, std::uint32_t number) const {
  if (live.is_lost || retries_ == 0) {
    return false;
  }
  live.tries.resize(live.session.requests.size());
  return ++live.tries[number] <= retries_;
}

std::optional<SessionPlay::End> SessionPlay::departed(const Departure& departure,
                                                      std::vector<Arrival>& sent) {
  const auto slot = static_cast<std::uint32_t>(departure.handle >> 32);
  const auto number = static_cast<std::uint32_t>(departure.handle);
  Live& live = *live_[slot];
  --live.on_the_way;
  if (departure.was_served) {
    --live.unanswered;
    for (auto i = live.follower_begin[number]; i < live.follower_begin[number + 1]; ++i) {
      const std::uint32_t follower = live.followers[i];
      if (--live.missing[follower] == 0 && !live.is_lost) {
        send(slot, follower, departure.date + live.session.requests[follower].gap, sent);
      }
    }
  } else if (may_retry(live, number)) {
    send(slot, number, departure.date, sent);
  } else {
    live.is_lost = true;
  }
  if (live.on_the_way > 0) {
    return std::nullopt;
  }
  const End end{live.owner, !live.is_lost};
  CHECK(live.is_lost || live.unanswered == 0, "{} requests of a session never sent",
        live.unanswered);
  free_.push_back(slot);
  return end;
}

}  // namespace tokenfab
