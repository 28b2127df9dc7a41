// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/session_affinity.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace tokenfab {

std::uint64_t rendezvous_rank(std::uint64_t session, std::uint32_t replica) {
  // The finaliser of splitmix64 (G. Steele et al., "Fast splittable pseudorandom number
  // generators", OOPSLA 2014), its state moved on once per replica.
  std::uint64_t z = session + (std::uint64_t{replica} + 1) * 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  z ^= z >> 31;
  // Once more: sessions numbered in steps of the constant would otherwise share their ranks.
  z = (z ^ replica) * 0xff51afd7ed558ccdU;
  return z ^ (z >> 33);
}

void SessionAffinityConfig::describe(Describe<SessionAffinityConfig>& d) {
  using C = SessionAffinityConfig;
  d.field("sessions_max", &C::sessions_max, "Most sessions whose replica is remembered")
      .range(2, 1e9);
  describe_balance<C>(d, &C::balance_abs_threshold, &C::balance_rel_threshold);
}

std::optional<std::uint32_t> SessionAffinity::route(const RoutingRequest& request) {
  if (request.session == 0) {
    return cheapest_eligible(*view_, [this](std::uint32_t i) { return view_->outstanding(i); });
  }
  auto least = std::numeric_limits<std::uint32_t>::max();
  for_each_eligible(*view_,
                    [&](std::uint32_t i) { least = std::min(least, view_->outstanding(i)); });
  const auto home = home_of(request.session);
  if (home && may_stay(*home, least)) {
    remember(request.session, *home);
    return home;
  }
  std::optional<std::uint32_t> best;
  std::uint64_t best_rank = 0;
  for_each_eligible(*view_, [&](std::uint32_t i) {
    const auto rank = rendezvous_rank(request.session, i);
    if ((!best || rank > best_rank) && !config_.is_uneven(view_->outstanding(i), least)) {
      best = i;
      best_rank = rank;
    }
  });
  if (best) {
    remember(request.session, *best);
  }
  return best;
}

void SessionAffinity::session_ended(std::uint64_t session) {
  recent_.erase(session);
  older_.erase(session);
}

std::optional<std::uint32_t> SessionAffinity::home_of(std::uint64_t session) const {
  for (const auto* generation : {&recent_, &older_}) {
    if (const auto found = generation->find(session); found != generation->end()) {
      return found->second;
    }
  }
  return std::nullopt;
}

void SessionAffinity::remember(std::uint64_t session, std::uint32_t replica) {
  const auto [place, is_new] = recent_.insert_or_assign(session, replica);
  static_cast<void>(place);
  if (!is_new) {
    return;
  }
  older_.erase(session);
  if (static_cast<std::int64_t>(recent_.size()) >= config_.sessions_max / 2) {
    older_ = std::exchange(recent_, {});
  }
}

bool SessionAffinity::may_stay(std::uint32_t replica, std::uint32_t least) const {
  return view_->is_eligible(replica) && !config_.is_uneven(view_->outstanding(replica), least);
}

}  // namespace tokenfab
