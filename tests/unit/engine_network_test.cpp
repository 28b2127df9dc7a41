// SPDX-License-Identifier: Apache-2.0
// Flows over every network: rates in closed form, and against max-min fair rates over the links
// that LinkRoutes names. One engine per process, so each play has a child.
#include <sys/resource.h>

#include <chrono>
#include <string>

#include "sim/engine/cluster_links.hpp"
#include "tests/cluster_networks.hpp"
#include "tests/property/fluid_network.hpp"
#include "tests/run_in_child.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::engine;
using namespace tokenfab::testing;

namespace {

std::vector<double> play_in_child(const std::vector<SitePlatform>& sites,
                                  const std::vector<PlayedFlow>& flows,
                                  const std::vector<WanLink>& wan = {}) {
  const auto bytes = run_in_child([&] {
    const auto seconds = play_flows(sites, flows, wan);
    return std::string(reinterpret_cast<const char*>(seconds.data()),
                       seconds.size() * sizeof(double));
  });
  std::vector<double> seconds(bytes.size() / sizeof(double));
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(seconds.data()));
  return seconds;
}

void require_seconds(const std::vector<double>& seconds, const std::vector<double>& expected) {
  REQUIRE(seconds.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO("flow " << i);
    REQUIRE(seconds[i] == Approx(expected[i]).margin(3e-9).epsilon(1e-9));
  }
}

/// `count` flows between nodes drawn by a small generator of its own, of unlike sizes.
std::vector<PlayedFlow> mixed_flows(std::uint32_t nodes, int count) {
  std::vector<PlayedFlow> flows;
  std::uint32_t state = 12345;
  const auto draw = [&] { return state = state * 1664525U + 1013904223U; };
  for (int i = 0; i < count; ++i) {
    const auto from = (draw() >> 8) % nodes;
    const auto to = (draw() >> 8) % nodes;
    flows.push_back({node_place(from), node_place(to), 10 + 1.37 * i});
  }
  return flows;
}

/// The same flows over the links that are named, max-min fair.
std::vector<double> play_fluid(const LinkRoutes& routes, const std::vector<PlayedFlow>& flows) {
  std::map<int, double> capacities;
  std::vector<FluidFlow> fluid;
  for (const auto& flow : flows) {
    std::vector<std::uint32_t> links;
    routes.route(flow.from.node, flow.to.node, links);
    fluid.push_back({0, flow.gigabytes * 1e9, {}});
    for (const auto link : links) {
      fluid.back().links.push_back(static_cast<int>(link));
      capacities[static_cast<int>(link)] = routes.capacity(link).si();
    }
  }
  FluidNetwork(capacities).play(fluid);
  std::vector<double> seconds;
  for (const auto& flow : fluid) {
    seconds.push_back(flow.end_s);
  }
  return seconds;
}

void require_shared_links(const NetworkTopology& topology, std::uint32_t nodes) {
  const auto flows = mixed_flows(nodes, 60);
  const auto sites = site_of(topology, nodes);
  const auto seconds = play_in_child(sites, flows);
  const auto expected = play_fluid(*make_cluster_links(topology, nodes), flows);
  for (std::size_t i = 0; i < flows.size(); ++i) {
    INFO("flow " << i << " from " << flows[i].from.node << " to " << flows[i].to.node);
    REQUIRE(seconds[i] == Approx(expected[i]).epsilon(1e-7));
  }
  REQUIRE(play_in_child(sites, flows) == seconds);  // to the last bit
}

FatTreeConfig tapered_tree() {
  FatTreeConfig config;
  config.nodes_per_leaf = 4;
  config.leaves_per_pod = 2;
  config.leaf_oversubscription = 2;
  config.pod_oversubscription = 4;
  return config;
}

}  // namespace

TEST_CASE("engine network: a star given as a topology is the star without one") {
  const auto network = sized<NonBlockingNetwork>(NonBlockingConfig{}, inputs_of(6, 8, 8));
  auto sites = site_of(network.topology(), 6);
  auto bare = sites;
  auto& cluster = bare.front().clusters.front();
  cluster.topology.reset();
  cluster.scale_up_bandwidth = gb_per_s(800);
  cluster.network_bandwidth = gb_per_s(80);
  const auto flows = mixed_flows(6, 40);
  REQUIRE(play_in_child(sites, flows) == play_in_child(bare, flows));
}

TEST_CASE("engine network: flows share the links that LinkRoutes names") {
  require_shared_links(
      sized<NonBlockingNetwork>(NonBlockingConfig{}, inputs_of(6, 8, 8)).topology(), 6);
  require_shared_links(sized<FatTreeNetwork>(tapered_tree(), inputs_of(19, 8, 8)).topology(), 19);
  RailOptimizedConfig rails;
  rails.nodes_per_group = 4;
  rails.group_oversubscription = 3;
  require_shared_links(sized<RailOptimizedNetwork>(rails, inputs_of(16, 8, 16)).topology(), 16);
}

TEST_CASE("engine network: flows share the links of tori, meshes and dragonflies") {
  TorusConfig torus;
  torus.dimensions = {4, 3, 2};
  require_shared_links(sized<TorusNetwork>(torus, inputs_of(48, 1, 24)).topology(), 48);
  torus.wrap_around = false;
  require_shared_links(sized<TorusNetwork>(torus, inputs_of(24, 1, 24)).topology(), 24);
  DragonflyConfig dragonfly;
  dragonfly.nodes_per_router = 2;
  dragonfly.routers_per_group = 2;
  dragonfly.global_links_per_router = 2;
  require_shared_links(sized<DragonflyNetwork>(dragonfly, inputs_of(20, 8, 8)).topology(), 20);
  dragonfly.global_links_per_router = 4;  // more groups than routers, four links between two
  require_shared_links(sized<DragonflyNetwork>(dragonfly, inputs_of(12, 8, 8)).topology(), 12);
}

TEST_CASE("engine network: a tapered tree lets its bisection through") {
  // 16 nodes of 80 GB/s, all of one pod to the other: the uplink of a pod is 8 x 80 / (2 x 4) =
  // 80 GB/s, so that 8 flows of 10 GB get 10 GB/s each.
  const auto network = sized<FatTreeNetwork>(tapered_tree(), inputs_of(16, 8, 8));
  std::vector<PlayedFlow> flows;
  for (std::uint32_t node = 0; node < 8; ++node) {
    flows.push_back({node_place(node), node_place(node + 8), 10});
  }
  const auto sites = site_of(network.topology(), 16);
  require_seconds(play_in_child(sites, flows), std::vector<double>(8, 1));
  // Per chip 1.25 GB/s: the level's bandwidth.
  REQUIRE(network.levels().back().bandwidth.si() == 1.25e9);
  // From leaf to leaf of a pod 40 GB/s a node, within a leaf 80, at the same time.
  flows.clear();
  for (std::uint32_t node = 0; node < 4; ++node) {
    flows.push_back({node_place(node), node_place(node + 4), 40});
    flows.push_back({node_place(node + 8), node_place((node + 1) % 4 + 8), 80});
  }
  require_seconds(play_in_child(sites, flows), std::vector<double>(8, 1));
}

TEST_CASE("engine network: neighbours of a torus have a link each way to themselves") {
  TorusConfig config;
  config.dimensions = {4, 4, std::nullopt};
  config.link_bandwidth = gb_per_s(25);
  const auto network = sized<TorusNetwork>(config, inputs_of(16, 1, 16));
  std::vector<PlayedFlow> flows;
  for (std::uint32_t node = 0; node < 16; ++node) {
    const auto row = node / 4 * 4;
    flows.push_back({node_place(node), node_place(row + (node + 1) % 4), 25});
    flows.push_back({node_place(node), node_place(row + (node + 3) % 4), 25});
    flows.push_back({node_place(node), node_place((node + 4) % 16), 25});
    flows.push_back({node_place(node), node_place((node + 12) % 16), 25});
  }
  require_seconds(play_in_child(site_of(network.topology(), 16), flows),
                  std::vector<double>(64, 1));
}

TEST_CASE("engine network: two groups of a dragonfly have their global links only") {
  // Three groups of four nodes, 4 global links each: 2 to each other group, of 20 GB/s. Four flows
  // of 10 GB from group 0 to group 1 share 40 GB/s.
  DragonflyConfig config;
  config.nodes_per_router = 2;
  config.routers_per_group = 2;
  config.global_links_per_router = 2;
  config.global_link_bandwidth = gb_per_s(20);
  const auto network = sized<DragonflyNetwork>(config, inputs_of(12, 8, 8));
  std::vector<PlayedFlow> flows;
  for (std::uint32_t node = 0; node < 4; ++node) {
    flows.push_back({node_place(node), node_place(node + 4), 10});
  }
  require_seconds(play_in_child(site_of(network.topology(), 12), flows), std::vector<double>(4, 1));
}

TEST_CASE("engine network: flows within a supernode leave the network alone") {
  NonBlockingConfig config;
  config.scale_up.chips_per_group = 16;
  config.scale_up.oversubscription = 4;
  const auto network = sized<NonBlockingNetwork>(config, inputs_of(16, 8, 64));
  // Both nodes of a group to the next one: 400 GB/s for two. The third leaves its supernode.
  require_seconds(
      play_in_child(site_of(network.topology(), 16), {{node_place(0), node_place(2), 200},
                                                      {node_place(1), node_place(3), 200},
                                                      {node_place(0), node_place(8), 80}}),
      {1, 1, 1});
}

TEST_CASE("engine network: storage and other clusters are beyond the core") {
  const auto network = sized<FatTreeNetwork>(tapered_tree(), inputs_of(16, 8, 8));
  auto sites = site_of(network.topology(), 16);
  sites.front().clusters.push_back(sites.front().clusters.front());
  sites.front().clusters.back().name = "other";
  sites.front().clusters.front().flow_nodes = {{{0, 2}, {8, 1}}};
  const HostPlace storage{0, 0, 0, true};
  // A pod's uplink of 80 GB/s for both, down and up.
  require_seconds(play_in_child(sites, {{storage, node_place(0), 40},
                                        {storage, node_place(1), 40},
                                        {storage, node_place(8), 80},
                                        {node_place(0), storage, 20},
                                        {node_place(1), {0, 1, 3, false}, 60}}),
                  {1, 1, 1, 0.5, 1});
}

TEST_CASE("engine network: sites share the lines between them") {
  auto sites =
      site_of(sized<NonBlockingNetwork>(NonBlockingConfig{}, inputs_of(4, 8, 8)).topology(), 4);
  for (const char* name : {"b", "c", "d"}) {
    sites.push_back(sites.front());
    sites.back().name = name;
  }
  const std::vector<WanLink> wan{{0, 1, gb_per_s(10), Seconds(0.01)},
                                 {1, 2, gb_per_s(5), Seconds(0.01)},
                                 {0, 2, gb_per_s(50), Seconds(0.5)}};
  const auto at = [](std::uint32_t site) { return HostPlace{site, 0, 0, false}; };
  // 0 to 2 goes by 1: 5 GB/s; the other flow has what it leaves of the first line.
  const std::vector<PlayedFlow> flows{{at(0), at(2), 5}, {at(0), at(1), 5}, {at(1), at(0), 10}};
  require_seconds(play_in_child(sites, flows, wan), {1, 1, 1});
  // Without lines nothing lies between the sites.
  require_seconds(play_in_child(sites, {{at(0), at(2), 80}, {at(0), {0, 0, 1, false}, 80}}),
                  {2, 2});
  const auto refused = try_in_child([&] {
    return std::to_string(play_flows(sites, {{at(0), at(3), 1}}, wan)[0]);
  });
  REQUIRE_FALSE(refused.succeeded);
  REQUIRE(refused.errors.find("no line from site 0 to site 3") != std::string::npos);
}

TEST_CASE("engine network: 20,000 hosts are built in a moment") {
  DragonflyConfig dragonfly;
  dragonfly.nodes_per_router = 20;
  dragonfly.routers_per_group = 20;
  dragonfly.global_links_per_router = 10;
  TorusConfig torus;
  torus.dimensions = {20, 25, 40};
  FatTreeConfig tree;
  tree.nodes_per_leaf = 32;
  tree.leaves_per_pod = 16;
  for (const auto& topology :
       {sized<FatTreeNetwork>(tree, inputs_of(20000, 8, 8)).topology(),
        sized<TorusNetwork>(torus, inputs_of(20000, 1, 20000)).topology(),
        sized<DragonflyNetwork>(dragonfly, inputs_of(20000, 8, 8)).topology()}) {
    const auto report = run_in_child([&] {
      const auto start = std::chrono::steady_clock::now();
      const auto seconds =
          play_flows(site_of(topology, 20000), {{node_place(0), node_place(19999), 1}});
      const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
      rusage usage{};
      ::getrusage(RUSAGE_SELF, &usage);
      const bool is_quick = taken.count() < 10 && usage.ru_maxrss < 1'000'000;
      return seconds[0] > 0 && is_quick
                 ? std::string("quick")
                 : std::to_string(taken.count()) + " s, kB " + std::to_string(usage.ru_maxrss);
    });
    REQUIRE(report == "quick");
  }
}
