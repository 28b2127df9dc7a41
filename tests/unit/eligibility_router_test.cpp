// SPDX-License-Identifier: Apache-2.0
// What every router must do when replicas come and go, over random states.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/catalog.hpp"
#include "tests/fixed_replica_view.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

const std::vector<std::string> router_ids{"least_kv",     "least_outstanding", "power_of_two",
                                          "prefix_aware", "round_robin",       "session_affinity",
                                          "slo_aware",    "weighted"};

std::unique_ptr<Router> router_of(const std::string& id) {
  const auto* entry = plugin_table().find("router", id);
  REQUIRE(entry != nullptr);
  return plugin_table().make<Router>("router", {id, entry->make_config()});
}

void shuffle(FixedReplicaView& view, Router& router, RandomStream& random) {
  for (std::uint32_t i = 0; i < view.replicas(); ++i) {
    view.eligible[i] = random.uniform() < 0.6;
    view.outstanding_requests[i] = static_cast<std::uint32_t>(random.next_u64() % 200);
    router.outstanding_changed(i, view.outstanding_requests[i]);
    view.prompt_tokens[i] = random.next_u64() % 100'000;
    view.kv_share[i] = random.uniform();
    view.cached[i] = static_cast<std::uint32_t>(random.next_u64() % 1000);
  }
  if (random.uniform() < 0.3) {
    view.eligible.assign(view.replicas(), true);
  } else if (random.uniform() < 0.1) {
    view.eligible.assign(view.replicas(), false);
  }
}

}  // namespace

TEST_CASE("router: every router of the catalogue chooses an eligible replica, or none") {
  REQUIRE(router_ids.size() == 8);
  for (const auto& id : router_ids) {
    INFO(id);
    RandomStream random(1, 0, "router", id);
    for (const std::uint32_t replicas : {1, 2, 3, 7, 16}) {
      FixedReplicaView view(replicas);
      view.weights = {1, 2, 4};
      for (std::uint32_t i = 0; i < replicas; ++i) {
        view.pool_of[i] = i % 3;
      }
      if (replicas % 2 == 1) {
        view.ttft = Duration::from_seconds(3);
      }
      const auto router = router_of(id);
      const auto twin = router_of(id);
      router->start(view, RandomStream(7, 0, "router", id));
      twin->start(view, RandomStream(7, 0, "router", id));
      for (int round = 0; round < 300; ++round) {
        shuffle(view, *router, random);
        for (std::uint32_t i = 0; i < replicas; ++i) {
          twin->outstanding_changed(i, view.outstanding_requests[i]);
        }
        const RoutingRequest request{1000, random.next_u64() % 20, 0};
        const auto chosen = router->route(request);
        REQUIRE(chosen == twin->route(request));
        const bool is_any =
            std::find(view.eligible.begin(), view.eligible.end(), true) != view.eligible.end();
        REQUIRE(chosen.has_value() == is_any);
        REQUIRE((!chosen || view.eligible[*chosen]));
      }
    }
  }
}

TEST_CASE("router: replicas that may not be chosen do not change the choice among the others") {
  // The choice equals that among the eligible replicas alone, renumbered.
  for (const std::string id : {"least_kv", "least_outstanding", "prefix_aware", "slo_aware"}) {
    INFO(id);
    RandomStream random(2, 0, "router", id);
    FixedReplicaView view(9);
    view.ttft = Duration::from_seconds(3);
    const auto router = router_of(id);
    router->start(view, RandomStream(1, 0, "router", id));
    for (int round = 0; round < 500; ++round) {
      shuffle(view, *router, random);
      std::vector<std::uint32_t> numbers;
      for (std::uint32_t i = 0; i < view.replicas(); ++i) {
        if (view.eligible[i]) {
          numbers.push_back(i);
        }
      }
      const auto chosen = router->route({1000, 0, 0});
      if (numbers.empty()) {
        REQUIRE_FALSE(chosen.has_value());
        continue;
      }
      FixedReplicaView few(static_cast<std::uint32_t>(numbers.size()));
      few.ttft = view.ttft;
      const auto alone = router_of(id);
      alone->start(few, RandomStream(1, 0, "router", id));
      for (std::uint32_t i = 0; i < few.replicas(); ++i) {
        few.outstanding_requests[i] = view.outstanding_requests[numbers[i]];
        alone->outstanding_changed(i, few.outstanding_requests[i]);
        few.prompt_tokens[i] = view.prompt_tokens[numbers[i]];
        few.kv_share[i] = view.kv_share[numbers[i]];
        few.cached[i] = view.cached[numbers[i]];
      }
      const auto expected = alone->route({1000, 0, 0});
      REQUIRE(numbers[expected.value()] == chosen.value());
    }
  }
}

TEST_CASE("router: round robin passes over replicas that are away and keeps their turns") {
  FixedReplicaView view(4);
  const auto router = router_of("round_robin");
  router->start(view, RandomStream(1, 0, "router", "test"));
  view.eligible[1] = false;
  for (const std::uint32_t expected : {0, 2, 3, 0, 2}) {
    REQUIRE(router->route({}).value() == expected);
  }
  view.eligible[1] = true;
  for (const std::uint32_t expected : {3, 0, 1, 2}) {
    REQUIRE(router->route({}).value() == expected);
  }
}

TEST_CASE("router: power of two draws from all again once they are back") {
  FixedReplicaView view(3);
  const auto router = router_of("power_of_two");
  router->start(view, RandomStream(1, 0, "router", "test"));
  view.eligible = {false, true, false};
  REQUIRE(router->route({}).value() == 1);
  view.eligible = {true, true, true};
  std::vector<int> chosen(3);
  for (int i = 0; i < 300; ++i) {
    ++chosen[router->route({}).value()];
  }
  for (const int count : chosen) {
    REQUIRE(count > 60);  // 100 expected, deviation 8
  }
}
