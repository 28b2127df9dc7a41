// SPDX-License-Identifier: Apache-2.0
// What the routers share: a walk over the replicas that may take a request, and the test for an
// uneven load.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/api/field.hpp"
#include "sim/api/router.hpp"

namespace tokenfab {

/// Calls visit(replica) for every eligible replica in order of their numbers.
template <class Visit>
void for_each_eligible(const ReplicaView& view, Visit visit) {
  const bool all = view.all_eligible();
  const auto replicas = view.replicas();
  for (std::uint32_t i = 0; i < replicas; ++i) {
    if (all || view.is_eligible(i)) {
      visit(i);
    }
  }
}

/// The eligible replica with the smallest cost(replica), of equals the lowest number.
template <class Cost>
std::optional<std::uint32_t> cheapest_eligible(const ReplicaView& view, Cost cost) {
  std::optional<std::uint32_t> best;
  decltype(cost(0U)) best_cost{};
  for_each_eligible(view, [&](std::uint32_t i) {
    const auto own = cost(i);
    if (!best || own < best_cost) {
      best = i;
      best_cost = own;
    }
  });
  return best;
}

/// When a load counts as uneven: the busiest replica is ahead of the idlest by more than
/// `balance_abs_threshold` requests, and by more than the factor `balance_rel_threshold`.
/// Source: SGLang model gateway v0.3 (2025), cache-aware policy, its options of these names.
struct BalanceThresholds {
  std::int64_t balance_abs_threshold = 64;
  double balance_rel_threshold = 1.5;

  bool is_uneven(std::uint32_t busiest, std::uint32_t idlest) const {
    return std::int64_t{busiest} - std::int64_t{idlest} > balance_abs_threshold &&
           busiest > balance_rel_threshold * idlest;
  }
};

/// Declares the thresholds among the fields of a router's configuration C.
template <class C>
void describe_balance(Describe<C>& d, std::int64_t C::*abs_threshold, double C::*rel_threshold) {
  const std::string source = "SGLang model gateway v0.3 (2025), cache-aware policy";
  d.field("balance_abs_threshold", abs_threshold,
          "Load is uneven only if requests differ by more than this ...")
      .range(0, 1e9)
      .source(source);
  d.field("balance_rel_threshold", rel_threshold, "... and by more than this factor")
      .range(1, 1e6)
      .source(source);
}

}  // namespace tokenfab
