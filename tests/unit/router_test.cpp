// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "models/scheduler/least_outstanding.hpp"
#include "models/scheduler/round_robin.hpp"
#include "sim/core/random.hpp"
#include "tests/fixed_replica_view.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

TEST_CASE("router: round robin takes turns whatever happens") {
  RoundRobin router{RoundRobinConfig{}};
  const FixedReplicaView view(3);
  router.start(view, RandomStream(1, 0, "router", "test"));
  for (const std::uint32_t expected : {0, 1, 2, 0, 1, 2, 0}) {
    REQUIRE(router.route({}).value() == expected);
    router.outstanding_changed(expected, 100);
  }
}

TEST_CASE("router: least outstanding takes the lowest number of several") {
  LeastOutstanding router{LeastOutstandingConfig{}};
  const FixedReplicaView view(3);
  router.start(view, RandomStream(1, 0, "router", "test"));
  REQUIRE(router.route({}).value() == 0);
  router.outstanding_changed(0, 1);
  REQUIRE(router.route({}).value() == 1);
  router.outstanding_changed(1, 1);
  REQUIRE(router.route({}).value() == 2);
  router.outstanding_changed(2, 1);
  REQUIRE(router.route({}).value() == 0);
  router.outstanding_changed(0, 2);
  router.outstanding_changed(2, 0);
  REQUIRE(router.route({}).value() == 2);
}

TEST_CASE("router: least outstanding equals a search on random loads") {
  RandomStream random(1, 0, "router", "loads");
  for (std::uint32_t replicas = 1; replicas <= 70; ++replicas) {
    LeastOutstanding router{LeastOutstandingConfig{}};
    const FixedReplicaView view(replicas);
    router.start(view, RandomStream(1, 0, "router", "test"));
    std::vector<std::uint32_t> outstanding(replicas, 0);
    for (int i = 0; i < 300; ++i) {
      const auto expected = std::min_element(outstanding.begin(), outstanding.end());
      REQUIRE(router.route({}).value() ==
              static_cast<std::uint32_t>(expected - outstanding.begin()));
      const auto replica = static_cast<std::uint32_t>(random.next_u64() % replicas);
      outstanding[replica] = static_cast<std::uint32_t>(random.next_u64() % 4);
      router.outstanding_changed(replica, outstanding[replica]);
    }
  }
}
