// SPDX-License-Identifier: Apache-2.0
// Routers that look at caches, lengths and pools: hand-computed decisions.
#include <cmath>
#include <map>
#include <set>
#include <vector>

#include "models/scheduler/least_kv.hpp"
#include "models/scheduler/prefix_aware.hpp"
#include "models/scheduler/session_affinity.hpp"
#include "models/scheduler/slo_aware.hpp"
#include "models/scheduler/weighted.hpp"
#include "tests/fixed_replica_view.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

RandomStream unused_stream() { return {1, 0, "router", "test"}; }

/// The router's choice for one request of so many tokens.
template <class R>
std::uint32_t choice(R& router, std::uint32_t input_tokens, std::uint64_t session = 0) {
  return router.route({input_tokens, session, 0}).value();
}

}  // namespace

TEST_CASE("router: prefix aware goes to the longest cached prefix of equal loads") {
  FixedReplicaView view(3);
  view.cached = {0, 512, 256};
  PrefixAware router{PrefixAwareConfig{}};
  router.start(view, unused_stream());
  REQUIRE(choice(router, 1000) == 1);
  view.cached = {0, 0, 0};
  REQUIRE(choice(router, 1000) == 0);  // of equals the lowest number
}

// Costs of a 1000-token prompt, all prompts so far having 1000 tokens:
//   replica 0: pending 300 + uncached 1000 + 1 request x 1000 = 2300
//   replica 1: pending 900 + uncached  500 + 1 request x 1000 = 2400
//   replica 2: pending   0 + uncached 1000 + 2 requests x 1000 = 3000
TEST_CASE("router: prefix aware weighs the hit against the work that waits") {
  FixedReplicaView view(3);
  view.cached = {0, 500, 0};
  view.prompt_tokens = {300, 900, 0};
  view.outstanding_requests = {1, 1, 2};
  PrefixAware router{PrefixAwareConfig{}};
  router.start(view, unused_stream());
  REQUIRE(choice(router, 1000) == 0);
  view.prompt_tokens[1] = 799;  // 2299
  REQUIRE(choice(router, 1000) == 1);
  view.prompt_tokens[1] = 800;  // 2300: of equals the lower number
  REQUIRE(choice(router, 1000) == 0);
}

TEST_CASE("router: a heavier prefill weight favours the hit") {
  FixedReplicaView view(2);
  view.cached = {600, 0};
  view.outstanding_requests = {1, 0};
  PrefixAware plain{PrefixAwareConfig{}};
  plain.start(view, unused_stream());
  REQUIRE(choice(plain, 1000) == 1);  // 400 + 1000 against 1000
  PrefixAwareConfig config;
  config.prefill_weight = 2;
  PrefixAware heavy{config};
  heavy.start(view, unused_stream());
  REQUIRE(choice(heavy, 1000) == 0);  // 800 + 1000 against 2000
}

TEST_CASE("router: prefix aware forgets the hit while the load is uneven") {
  FixedReplicaView view(3);
  view.cached = {1'000'000, 0, 0};
  PrefixAwareConfig config;
  config.prefill_weight = 1000;
  PrefixAware router{config};
  router.start(view, unused_stream());
  view.outstanding_requests = {64, 5, 0};  // 64 ahead: not more than the threshold
  REQUIRE(choice(router, 1'000'000) == 0);
  view.outstanding_requests = {65, 5, 0};
  REQUIRE(choice(router, 1'000'000) == 2);
  view.outstanding_requests = {300, 200, 210};  // 100 ahead, and exactly 1.5 times as many
  REQUIRE(choice(router, 1'000'000) == 0);
  view.outstanding_requests = {301, 200, 210};
  REQUIRE(choice(router, 1'000'000) == 1);
  view.eligible[1] = false;  // 91 ahead, less than 1.5 times as many
  REQUIRE(choice(router, 1'000'000) == 0);
}

TEST_CASE("router: a session stays, and comes back to nothing else") {
  FixedReplicaView view(5);
  SessionAffinity router{SessionAffinityConfig{}};
  router.start(view, unused_stream());
  std::map<std::uint64_t, std::uint32_t> home;
  for (std::uint64_t session = 1; session <= 1000; ++session) {
    home[session] = choice(router, 100, session);
  }
  view.outstanding_requests = {40, 0, 10, 50, 3};  // uneven, but within the threshold
  for (const auto& [session, replica] : home) {
    REQUIRE(choice(router, 100, session) == replica);
  }
  REQUIRE(router.sessions_remembered() == 1000);
  for (const auto& [session, replica] : home) {
    router.session_ended(session);
  }
  REQUIRE(router.sessions_remembered() == 0);
}

TEST_CASE("router: first homes are spread evenly") {
  FixedReplicaView view(8);
  SessionAffinity router{SessionAffinityConfig{}};
  router.start(view, unused_stream());
  std::vector<int> sessions(8);
  for (std::uint64_t session = 1; session <= 80'000; ++session) {
    ++sessions[choice(router, 100, session)];
  }
  for (const int count : sessions) {
    REQUIRE(std::abs(count - 10'000) < 5 * 94);  // 5 binomial deviations
  }
}

TEST_CASE("router: the loss of a replica moves its sessions only, and they stay where they went") {
  FixedReplicaView view(6);
  SessionAffinity router{SessionAffinityConfig{}};
  router.start(view, unused_stream());
  std::map<std::uint64_t, std::uint32_t> before;
  for (std::uint64_t session = 1; session <= 6000; ++session) {
    before[session] = choice(router, 100, session);
  }
  view.eligible[2] = false;
  std::map<std::uint64_t, std::uint32_t> after;
  std::set<std::uint32_t> taken_over_by;
  for (const auto& [session, replica] : before) {
    after[session] = choice(router, 100, session);
    if (replica == 2) {
      taken_over_by.insert(after[session]);
    } else {
      REQUIRE(after[session] == replica);
    }
  }
  REQUIRE(taken_over_by == std::set<std::uint32_t>{0, 1, 3, 4, 5});
  view.eligible[2] = true;  // their caches are elsewhere now
  for (const auto& [session, replica] : after) {
    REQUIRE(choice(router, 100, session) == replica);
  }
}

TEST_CASE("router: a session leaves an overloaded replica for its next rank") {
  FixedReplicaView view(3);
  SessionAffinity router{SessionAffinityConfig{}};
  router.start(view, unused_stream());
  const auto home = choice(router, 100, 42);
  view.outstanding_requests[home] = 65;
  const auto next = choice(router, 100, 42);
  REQUIRE(next != home);
  const auto third = 3 - home - next;
  REQUIRE(rendezvous_rank(42, next) > rendezvous_rank(42, third));
  view.outstanding_requests[home] = 0;
  REQUIRE(choice(router, 100, 42) == next);
}

TEST_CASE("router: requests of no session go to the idlest replica") {
  FixedReplicaView view(3);
  view.outstanding_requests = {2, 1, 1};
  SessionAffinity router{SessionAffinityConfig{}};
  router.start(view, unused_stream());
  REQUIRE(choice(router, 100) == 1);
  REQUIRE(router.sessions_remembered() == 0);
}

TEST_CASE("router: remembered sessions are bounded, and the latest used are kept") {
  FixedReplicaView view(4);
  SessionAffinityConfig config;
  config.sessions_max = 100;
  SessionAffinity router{config};
  router.start(view, unused_stream());
  view.eligible = {true, false, false, false};
  REQUIRE(choice(router, 100, 7) == 0);  // forced: not its highest rank for most sessions
  view.eligible = {true, true, true, true};
  for (std::uint64_t session = 1000; session < 3000; ++session) {
    choice(router, 100, session);
    REQUIRE(router.sessions_remembered() <= 100);
    REQUIRE(choice(router, 100, 7) == 0);  // used all the time, never forgotten
  }
}

TEST_CASE("router: least KV, then fewest requests, then lowest number") {
  FixedReplicaView view(4);
  LeastKv router{LeastKvConfig{}};
  router.start(view, unused_stream());
  view.kv_share = {0.5, 0.25, 0.25, 0.25};
  view.outstanding_requests = {0, 9, 3, 3};
  REQUIRE(choice(router, 100) == 2);
  view.kv_share[0] = 0.125;
  REQUIRE(choice(router, 100) == 0);
}

// Smooth weighted round robin of weights 5, 1, 1: a a b a c a a (nginx's own example).
TEST_CASE("router: weighted pools take turns smoothly") {
  FixedReplicaView view(3);
  view.pool_of = {0, 1, 2};
  view.weights = {5, 1, 1};
  Weighted router{WeightedConfig{}};
  router.start(view, unused_stream());
  for (int round = 0; round < 3; ++round) {
    for (const std::uint32_t expected : {0, 0, 1, 0, 2, 0, 0}) {
      REQUIRE(choice(router, 100) == expected);
    }
  }
}

TEST_CASE("router: weighted takes the idlest replica inside a pool and leaves out empty pools") {
  FixedReplicaView view(4);
  view.pool_of = {0, 0, 1, 1};
  view.weights = {1, 3};
  view.outstanding_requests = {5, 4, 2, 2};
  Weighted router{WeightedConfig{}};
  router.start(view, unused_stream());
  // Credits 1,3 -> pool 1; 2,2 -> pool 0 (first of equals); -1,5 -> 1; 0,4 -> 1; then again.
  for (const std::uint32_t expected : {2, 1, 2, 2}) {
    REQUIRE(choice(router, 100) == expected);
  }
  view.eligible = {true, true, false, false};
  for (int i = 0; i < 10; ++i) {
    REQUIRE(choice(router, 100) == 1);
  }
}

// 1000 new tokens at 10,000 tokens/s: 0.1 s plus what waits.
TEST_CASE("router: SLO aware packs onto the busiest replica that meets the target") {
  FixedReplicaView view(3);
  view.outstanding_requests = {8, 5, 1};
  view.prompt_tokens = {9001, 9000, 0};  // 1.0001 s, 1 s, 0.1 s
  view.ttft = Duration::from_seconds(1);
  SloAware router{SloAwareConfig{}};
  router.start(view, unused_stream());
  REQUIRE(choice(router, 1000) == 1);
  view.cached[0] = 1;  // now exactly 1 s
  REQUIRE(choice(router, 1000) == 0);
  SloAwareConfig careful;
  careful.ttft_share = 0.5;
  SloAware half{careful};
  half.start(view, unused_stream());
  REQUIRE(choice(half, 1000) == 2);
}

TEST_CASE("router: SLO aware takes the fastest where none meets the target, or there is none") {
  FixedReplicaView view(3);
  view.outstanding_requests = {0, 3, 9};
  view.prompt_tokens = {20'000, 19'000, 39'000};
  view.prefill_rate = {1e4, 1e4, 2e4};  // 2.1 s, 2 s, 2 s
  SloAware router{SloAwareConfig{}};
  router.start(view, unused_stream());
  REQUIRE(choice(router, 1000) == 1);  // of equals the fewest requests
  view.ttft = Duration::from_seconds(1);
  REQUIRE(choice(router, 1000) == 1);
  view.cached[2] = 500;  // 1.975 s
  REQUIRE(choice(router, 1000) == 2);
  REQUIRE(predicted_ttft_s(view, 2, 1000) == Approx(1.975));
}
