// SPDX-License-Identifier: Apache-2.0
// Sessions under way: each request is sent its gap after the last answer it waits for. A lost
// request (rejected or failed) is sent again up to `retries` times, then its session is given up:
// requests already sent, also those whose gap still runs, are waited for, further ones are not
// sent. Slots are reused, so memory follows the sessions under way.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/api/session.hpp"
#include "sim/api/workload.hpp"

namespace tokenfab {

/// Who runs a session.
struct SessionOwner {
  std::uint64_t number = 0;            // of the session, not 0: Arrival::session
  std::optional<std::uint32_t> agent;  // none: one that is never seen again
};

class SessionPlay {
 public:
  SessionPlay(std::uint32_t retries, std::int32_t priority)
      : retries_(retries), priority_(priority) {}

  /// A cleared session to be filled (each request after those it waits for) and then started or
  /// dropped; valid until the next call.
  Session& blank();
  void drop() { free_.push_back(blank_); }
  /// Starts the session just filled: appends the requests that wait for no other.
  void start(Instant date, const SessionOwner& owner, std::vector<Arrival>& sent);

  struct End {
    SessionOwner owner;
    bool was_served = false;  // every request was
  };
  /// A request has left: appends those that waited for it. Returns the session's end, if it is.
  std::optional<End> departed(const Departure& departure, std::vector<Arrival>& sent);

 private:
  struct Live {
    Session session;
    SessionOwner owner;
    std::vector<std::uint32_t> missing;         // by request: answers it still waits for
    std::vector<std::uint32_t> follower_begin;  // by request, and one more: places in `followers`
    std::vector<std::uint32_t> followers;
    std::vector<std::uint32_t> tries;  // by request: lost so far; empty if none was
    std::uint32_t unanswered = 0;      // requests in all
    std::uint32_t on_the_way = 0;      // sent, not left
    bool is_lost = false;
  };

  void link(Live& live);
  void send(std::uint32_t slot, std::uint32_t number, Instant date, std::vector<Arrival>& sent);
  bool may_retry(Live& live, std::uint32_t number) const;

  std::uint32_t retries_;
  std::int32_t priority_;
  std::vector<std::unique_ptr<Live>> live_;
  std::vector<std::uint32_t> free_;
  std::uint32_t blank_ = 0;
};

}  // namespace tokenfab
