// SPDX-License-Identifier: Apache-2.0
// Session affinity: a session stays on the replica of its last request while that one is eligible
// and not overloaded. Where it has none, or must leave, it goes to the replica that ranks highest
// for it among those not overloaded: each replica's rank is a hash of session and replica, so a
// replica that comes or goes moves only its own share of the sessions. Requests of no session go
// to the replica with the fewest requests under way.
// Overloaded: uneven (BalanceThresholds) against the idlest eligible replica.
// Source: D. Thaler, C. Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM
// Transactions on Networking 6 (1998): rendezvous hashing.
// A router remembers `sessions_max` sessions at most, the latest used; a forgotten one starts again
// at its highest rank, which mostly is where it was.
#pragma once

#include <unordered_map>

#include "models/scheduler/replica_order.hpp"
#include "sim/api/field.hpp"
#include "sim/api/router.hpp"

namespace tokenfab {

/// Rank of a replica for a session; a bijection of the session for each replica.
std::uint64_t rendezvous_rank(std::uint64_t session, std::uint32_t replica);

struct SessionAffinityConfig : BalanceThresholds {
  std::int64_t sessions_max = 1'000'000;
  static void describe(Describe<SessionAffinityConfig>& d);
};

class SessionAffinity : public Router {
 public:
  explicit SessionAffinity(const SessionAffinityConfig& config) : config_(config) {}
  void start(const ReplicaView& view, RandomStream) override { view_ = &view; }
  std::optional<std::uint32_t> route(const RoutingRequest& request) override;
  void session_ended(std::uint64_t session) override;

  std::size_t sessions_remembered() const { return recent_.size() + older_.size(); }

 private:
  std::optional<std::uint32_t> home_of(std::uint64_t session) const;
  void remember(std::uint64_t session, std::uint32_t replica);
  bool may_stay(std::uint32_t replica, std::uint32_t least) const;

  SessionAffinityConfig config_;
  const ReplicaView* view_ = nullptr;
  // Two generations: when the recent one holds half of the sessions, the older one is dropped.
  std::unordered_map<std::uint64_t, std::uint32_t> recent_;
  std::unordered_map<std::uint64_t, std::uint32_t> older_;
};

}  // namespace tokenfab
