// SPDX-License-Identifier: Apache-2.0
// Levels of every network against hand calculations.
#include <string>

#include "models/catalog.hpp"
#include "tests/cluster_networks.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

struct Expected {
  std::string name;
  std::int64_t chips;
  double gb_per_s;
  double latency_us;
};

void require_levels(const ClusterNetwork& network, const std::vector<Expected>& expected) {
  REQUIRE(network.levels().size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto& level = network.levels()[i];
    INFO("level " << i << ", " << level.name);
    REQUIRE(level.name == expected[i].name);
    REQUIRE(level.chips == expected[i].chips);
    REQUIRE(level.bandwidth.si() == Approx(expected[i].gb_per_s * 1e9));
    REQUIRE(level.latency.si() == Approx(expected[i].latency_us * 1e-6));
  }
}

template <class Network, class Config>
std::string error_of(const Config& config, const NetworkInputs& inputs) {
  try {
    sized<Network>(config, inputs);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("networks: the default is a star of ports, as without a network") {
  const auto network = sized<NonBlockingNetwork>(NonBlockingConfig{}, inputs_of(16, 8, 8));
  require_levels(network, {{"scale-up", 8, 100, 3.33}, {"scale-out", 128, 10, 2.8}});
  const auto& topology = network.topology();
  REQUIRE(topology.shape == NetworkShape::Star);
  REQUIRE(topology.node_bandwidth.si() == 80e9);
  REQUIRE(topology.scale_up_node.si() == 800e9);
  REQUIRE(topology.nodes_per_domain == 1);
  REQUIRE(topology.domain_tiers.empty());
}

TEST_CASE("networks: levels that carry nothing are left out") {
  require_levels(sized<NonBlockingNetwork>(NonBlockingConfig{}, inputs_of(1, 8, 8)),
                 {{"scale-up", 8, 100, 3.33}});
  require_levels(sized<NonBlockingNetwork>(NonBlockingConfig{}, inputs_of(16, 1, 1)),
                 {{"scale-out", 16, 10, 2.8}});
  FatTreeConfig tree;
  tree.nodes_per_leaf = 4;
  // Leaves stand inside the domain of 64 chips; a message beyond it crosses the spine.
  require_levels(sized<FatTreeNetwork>(tree, inputs_of(16, 8, 64)),
                 {{"scale-up", 64, 100, 3.33}, {"spine", 128, 10, 3.7}});
}

TEST_CASE("networks: Llama 3's fat tree, pods of 3,072 GPUs under a core of one seventh") {
  FatTreeConfig config;
  config.nodes_per_leaf = 2;
  config.leaves_per_pod = 192;
  config.pod_oversubscription = 7;
  const auto network = sized<FatTreeNetwork>(config, inputs_of(3072, 8, 8));
  require_levels(network, {{"scale-up", 8, 100, 3.33},
                           {"leaf", 16, 10, 2.8},
                           {"spine", 3072, 10, 3.7},
                           {"core", 24576, 10.0 / 7, 4.6}});
  const auto& tiers = network.topology().tiers;
  REQUIRE(tiers.size() == 3);
  REQUIRE(tiers[0].uplink.si() == 80e9);
  REQUIRE(tiers[1].uplink.si() == 160e9);
  REQUIRE(tiers[2].uplink.si() == Approx(160e9 * 192 / 7));
  REQUIRE(tiers[2].parts == 8);
}

TEST_CASE("networks: a taper below goes on above") {
  FatTreeConfig config;
  config.nodes_per_leaf = 4;
  config.leaf_oversubscription = 2;
  config.leaves_per_pod = 4;
  config.pod_oversubscription = 2.5;
  config.in_network_reduction = true;
  const auto network = sized<FatTreeNetwork>(config, inputs_of(64, 8, 8));
  require_levels(network, {{"scale-up", 8, 100, 3.33},
                           {"leaf", 32, 10, 2.8},
                           {"spine", 128, 5, 3.7},
                           {"core", 512, 2, 4.6}});
  REQUIRE_FALSE(network.levels()[0].reduces_in_network);
  REQUIRE(network.levels()[1].reduces_in_network);
  // More links upwards than down do not make the nodes' ports faster.
  config.leaf_oversubscription = 0.5;
  config.pod_oversubscription = 1;
  REQUIRE(sized<FatTreeNetwork>(config, inputs_of(64, 8, 8)).levels()[3].bandwidth.si() == 10e9);
}

TEST_CASE("networks: rails") {
  RailOptimizedConfig config;
  config.group_oversubscription = 2;
  const auto network = sized<RailOptimizedNetwork>(config, inputs_of(128, 8, 8));
  require_levels(
      network, {{"scale-up", 8, 100, 3.33}, {"rail group", 256, 10, 2.8}, {"spine", 1024, 5, 3.7}});
  REQUIRE(network.topology().rails == 8);
  REQUIRE(network.topology().nodes_per_leaf() == 32);
  config.rails = 3;
  REQUIRE(error_of<RailOptimizedNetwork>(config, inputs_of(128, 8, 8)) ==
          "8 chips of a node do not divide into 3 rails: set rails to 2, or leave it out");
  config.rails = 4;
  REQUIRE(sized<RailOptimizedNetwork>(config, inputs_of(128, 8, 8)).topology().rails == 4);
  config.pod_oversubscription = 2;
  REQUIRE(error_of<RailOptimizedNetwork>(config, inputs_of(128, 8, 8)) ==
          "pod_oversubscription 2 without pods: set groups_per_pod, or drop pod_oversubscription");
}

TEST_CASE("networks: a supernode of several nodes, in one stage of switches and in two") {
  NonBlockingConfig config;
  config.scale_up.in_network_reduction = true;
  const auto one = sized<NonBlockingNetwork>(config, inputs_of(32, 8, 64));
  require_levels(one, {{"scale-up", 64, 100, 3.33}, {"scale-out", 256, 10, 2.8}});
  REQUIRE(one.levels()[0].reduces_in_network);
  REQUIRE(one.topology().nodes_per_domain == 8);
  REQUIRE(one.topology().domain_tiers.size() == 1);
  REQUIRE(one.topology().domain_tiers[0].uplink.si() == 800e9);

  config.scale_up.chips_per_group = 16;
  config.scale_up.oversubscription = 4;
  const auto two = sized<NonBlockingNetwork>(config, inputs_of(32, 8, 64));
  require_levels(
      two,
      {{"scale-up group", 16, 100, 3.33}, {"scale-up", 64, 25, 4.33}, {"scale-out", 256, 10, 2.8}});
  const auto& tiers = two.topology().domain_tiers;
  REQUIRE(tiers.size() == 2);
  REQUIRE(tiers[0].parts == 2);
  REQUIRE(tiers[1].parts == 4);
  REQUIRE(tiers[1].uplink.si() == 2 * 800e9 / 4);

  config.scale_up.chips_per_group = 12;
  REQUIRE(error_of<NonBlockingNetwork>(config, inputs_of(32, 8, 64)) ==
          "scale_up_domain 64 is not a multiple of the 12 chips of a scale_up group "
          "(chips_per_group): set scale_up_domain to 60");
  config.scale_up.chips_per_group.reset();
  REQUIRE(error_of<NonBlockingNetwork>(config, inputs_of(32, 8, 20)) ==
          "scale_up_domain 20 is not a multiple of the 8 chips of a node: set scale_up_domain to "
          "16");
  // Nodes of six chips with a fabric for eight each have their own.
  const auto six = sized<NonBlockingNetwork>(config, inputs_of(32, 6, 8));
  require_levels(six, {{"scale-up", 6, 100, 3.33}, {"scale-out", 192, 10, 2.8}});
  REQUIRE(six.topology().nodes_per_domain == 1);
}

TEST_CASE("networks: a TPU pod is a torus of chips") {
  // 4 x 4 x 8 chips in nodes of 2 x 2 x 1; links of 100 / 6 GB/s.
  TorusConfig config;
  config.dimensions = {4, 4, 8};
  config.node_dimensions = TorusSizeConfig{2, 2, 1};
  const auto network = sized<TorusNetwork>(config, inputs_of(64, 4, 128));
  require_levels(network, {{"torus", 128, 100, 1}, {"scale-out", 256, 10, 10}});
  // The longest side decides: 8 l / 8.
  REQUIRE(network.levels()[0].all_to_all_bandwidth().si() == Approx(100e9 / 6));
  REQUIRE(network.levels()[1].all_to_all_bandwidth().si() == 10e9);
  const auto& dimensions = network.topology().dimensions;
  REQUIRE(dimensions.size() == 3);
  REQUIRE(dimensions[0].nodes == 2);  // two links round and across, on faces of two chips
  REQUIRE_FALSE(dimensions[0].wraps);
  REQUIRE(dimensions[0].link.si() == Approx(4 * 100e9 / 6));
  REQUIRE(dimensions[2].nodes == 8);
  REQUIRE(dimensions[2].wraps);
  REQUIRE(dimensions[2].link.si() == Approx(4 * 100e9 / 6));
  REQUIRE(network.topology().nodes_per_torus() == 32);
  REQUIRE(network.topology().nodes_per_domain == 32);
  REQUIRE(network.topology().nodes_per_leaf() == 32);
}

TEST_CASE("networks: a mesh of nodes") {
  TorusConfig config;
  config.unit = TorusUnit::Node;
  config.dimensions = {4, 3, std::nullopt};
  config.wrap_around = false;
  config.link_bandwidth = gb_per_s(40);
  const auto network = sized<TorusNetwork>(config, inputs_of(12, 8, 8));
  require_levels(network, {{"scale-up", 8, 100, 3.33}, {"torus", 96, 10, 1}});
  // Per chip 5 GB/s: 4 l / 4, and 4 l 3 / 8 along the side of three.
  REQUIRE(network.levels()[1].all_to_all_bandwidth().si() == Approx(5e9));
  config.wrap_around = true;
  REQUIRE(sized<TorusNetwork>(config, inputs_of(12, 8, 8)).levels()[1].bandwidth.si() ==
          Approx(20e9));
}

TEST_CASE("networks: tori that do not fit say what does") {
  TorusConfig config;
  config.dimensions = {4, 4, 8};
  REQUIRE(error_of<TorusNetwork>(config, inputs_of(320, 1, 128)) ==
          "dimensions 4 x 4 x 8 make a torus of 128 nodes, which 320 nodes do not fill: have 256 "
          "nodes, or dimensions that multiply to 320");
  REQUIRE(error_of<TorusNetwork>(config, inputs_of(128, 4, 128)) ==
          "node_dimensions 1 x 1 x 1 hold 1 chips, a node 4: give dimensions that multiply to 4, "
          "or set unit to \"node\"");
  config.node_dimensions = TorusSizeConfig{3, 1, 1};
  REQUIRE(error_of<TorusNetwork>(config, inputs_of(128, 3, 128)) ==
          "node_dimensions 3 x 1 x 1 do not fill dimensions 4 x 4 x 8: 4 is not a multiple of 3");
  config.node_dimensions = TorusSizeConfig{1, 1, std::nullopt};
  REQUIRE(error_of<TorusNetwork>(config, inputs_of(128, 1, 128)) ==
          "node_dimensions has 2 dimensions, dimensions 3: give both the same");
  config.node_dimensions.reset();
  auto unlinked = inputs_of(128, 1, 128);
  unlinked.scale_up_bandwidth = BytesPerSecond(0);
  REQUIRE(error_of<TorusNetwork>(config, unlinked) ==
          "links of the torus have no bandwidth: set link_bandwidth, or the chip's "
          "scale_up_bandwidth");
}

TEST_CASE("networks: a dragonfly") {
  // 4 nodes on a router, 8 routers a group: 9 groups of 32 nodes, 8 x 2 global links of a group, 2
  // to each other group.
  DragonflyConfig config;
  config.nodes_per_router = 4;
  config.routers_per_group = 8;
  config.global_links_per_router = 2;
  const auto network = sized<DragonflyNetwork>(config, inputs_of(288, 8, 8));
  require_levels(network, {{"scale-up", 8, 100, 3.33},
                           {"router", 32, 10, 2.8},
                           {"group", 256, 10, 3.25},
                           {"global", 2304, 5, 4.15}});
  config.local_link_bandwidth = gb_per_s(20);  // 7 x 20 / 4 of 80 GB/s
  REQUIRE(sized<DragonflyNetwork>(config, inputs_of(288, 8, 8)).levels()[2].bandwidth.si() ==
          Approx(35e9 / 8));
  REQUIRE(error_of<DragonflyNetwork>(config, inputs_of(600, 8, 8)) ==
          "600 nodes make 19 groups, each with 8 routers x 2 global links for 18 others: set "
          "global_links_per_router to 3, or have at most 544 nodes");
}

TEST_CASE("networks: every kind is in the catalogue of models") {
  std::vector<std::string> ids;
  for (const auto& entry : plugin_table().entries()) {
    if (entry.kind == "network") {
      ids.emplace_back(entry.id);
    }
  }
  REQUIRE(ids == std::vector<std::string>{"dragonfly", "fat_tree", "non_blocking", "rail_optimized",
                                          "torus"});
}
