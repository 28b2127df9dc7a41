// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/power_of_two.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "tests/fixed_replica_view.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

PowerOfTwo started(const ReplicaView& view) {
  PowerOfTwo router{PowerOfTwoConfig{}};
  router.start(view, RandomStream(1, 0, "services/chat", "router"));
  return router;
}

}  // namespace

TEST_CASE("router: power of two has no choice among one") {
  const FixedReplicaView router_view(1);
  auto router = started(router_view);
  for (int i = 0; i < 10; ++i) {
    REQUIRE(router.route({}).value() == 0);
    router.outstanding_changed(0, static_cast<std::uint32_t>(i));
  }
}

TEST_CASE("router: power of two among two asks both, and takes the first drawn of equals") {
  const FixedReplicaView router_view(2);
  auto router = started(router_view);
  std::map<std::uint32_t, int> chosen;
  for (int i = 0; i < 10'000; ++i) {
    ++chosen[router.route({}).value()];
  }
  REQUIRE(std::abs(chosen[0] - 5000) < 250);  // 5 deviations
  router.outstanding_changed(0, 1);
  for (int i = 0; i < 100; ++i) {
    REQUIRE(router.route({}).value() == 1);
  }
}

// Of n replicas with different loads the k-th busiest (from 0) wins against each of the k busier
// ones: k of n (n - 1) / 2 pairs. The busiest never wins, because the two are distinct.
TEST_CASE("router: power of two draws every pair alike") {
  constexpr std::uint32_t replicas = 5;
  constexpr int draws = 100'000;
  const FixedReplicaView router_view(replicas);
  auto router = started(router_view);
  for (std::uint32_t i = 0; i < replicas; ++i) {
    router.outstanding_changed(i, replicas - i);
  }
  std::vector<int> chosen(replicas);
  for (int i = 0; i < draws; ++i) {
    ++chosen[router.route({}).value()];
  }
  for (std::uint32_t i = 0; i < replicas; ++i) {
    REQUIRE(std::abs(chosen[i] - draws * static_cast<int>(i) / 10) < 5 * 160);
  }
  REQUIRE(chosen[0] == 0);
}

// n balls into n bins: the fullest bin holds about log n / log log n with one choice and
// log log n / log 2 + O(1) with two (Mitzenmacher 2001, theorem 4).
TEST_CASE("router: power of two is far more even than random") {
  constexpr std::uint32_t replicas = 4096;
  const FixedReplicaView router_view(replicas);
  auto router = started(router_view);
  std::vector<std::uint32_t> load(replicas);
  for (std::uint32_t i = 0; i < replicas; ++i) {
    const auto chosen = router.route({}).value();
    router.outstanding_changed(chosen, ++load[chosen]);
  }
  REQUIRE(*std::max_element(load.begin(), load.end()) <= 5);
}

TEST_CASE("router: power of two repeats itself for a seed") {
  const FixedReplicaView a_view(7);
  auto a = started(a_view);
  const FixedReplicaView b_view(7);
  auto b = started(b_view);
  for (int i = 0; i < 100; ++i) {
    REQUIRE(a.route({}).value() == b.route({}).value());
  }
}
