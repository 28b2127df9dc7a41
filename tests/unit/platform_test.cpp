// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/platform.hpp"

#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

Scenario load(const std::vector<std::pair<std::string, std::string>>& overrides) {
  ScenarioRequest request;
  request.path = TOKENFAB_SOURCE_DIR "/scenarios/bench-million.json";
  request.overrides = overrides;
  return load_scenario(request);
}

}  // namespace

TEST_CASE("platform: only nodes of pools that load weights have flows") {
  const auto idle = platform_of(load({}));
  REQUIRE(idle.size() == 1);
  REQUIRE(idle.front().clusters.size() == 1);
  const auto& cluster = idle.front().clusters.front();
  REQUIRE(cluster.name == "h100");
  REQUIRE(cluster.nodes == 64);
  REQUIRE(cluster.network_bandwidth.si() == 8 * 50e9);  // an NDR port per chip
  REQUIRE(cluster.flow_nodes->empty());

  // Nodes have 8 chips.
  const auto loading = platform_of(load({{"/services/chat/pools",
                                          R"({"a": {"cluster": "site/h100", "replicas": 9,
                  "engine": {"tensor_parallel_size": 4}},
            "b": {"cluster": "site/h100", "replicas": 3, "cold_start": true,
                  "engine": {"tensor_parallel_size": 8}}})"}}));
  // Pool a takes chips 0 to 35; b has 36 to 59, on nodes 4 to 7.
  const auto& ranges = *loading.front().clusters.front().flow_nodes;
  REQUIRE(ranges.size() == 1);
  REQUIRE(ranges.front().first == 4);
  REQUIRE(ranges.front().count == 4);
}
