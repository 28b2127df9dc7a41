// SPDX-License-Identifier: Apache-2.0
// Which links a flow crosses, by hand and for every pair of small clusters.
#include "sim/engine/cluster_links.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "sim/engine/wan.hpp"
#include "tests/cluster_networks.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::engine;
using namespace tokenfab::testing;

namespace {

std::vector<double> capacities(const LinkRoutes& links, std::uint32_t from, std::uint32_t to) {
  std::vector<std::uint32_t> way;
  links.route(from, to, way);
  std::vector<double> result;
  for (const auto link : way) {
    REQUIRE(link < links.links());
    result.push_back(links.capacity(link).si() / 1e9);
  }
  return result;
}

std::vector<std::uint32_t> way(const LinkRoutes& links, std::uint32_t from, std::uint32_t to) {
  std::vector<std::uint32_t> result;
  links.route(from, to, result);
  return result;
}

using Way = std::vector<double>;

/// Flows per link when every node sends one to every other one.
std::map<std::uint32_t, int> uniform_load(const LinkRoutes& links, std::uint32_t nodes) {
  std::map<std::uint32_t, int> load;
  for (std::uint32_t from = 0; from < nodes; ++from) {
    for (std::uint32_t to = 0; to < nodes; ++to) {
      for (const auto link : way(links, from, to)) {
        ++load[link];
      }
    }
  }
  return load;
}

/// No link twice, and every one among those that flows of these nodes need.
void require_sound_routes(const ClusterLinks& links, std::uint32_t nodes) {
  std::vector<std::uint32_t> some;
  for (std::uint32_t node = 0; node < nodes; node += 3) {
    some.push_back(node);
  }
  const auto used = links.used_by(some);
  REQUIRE(used.size() == links.links());
  for (const auto from : some) {
    for (const auto to : some) {
      auto crossed = way(links, from, to);
      REQUIRE_FALSE(crossed.empty());
      for (const auto link : crossed) {
        REQUIRE(used[link]);
      }
      std::sort(crossed.begin(), crossed.end());
      REQUIRE(std::adjacent_find(crossed.begin(), crossed.end()) == crossed.end());
    }
  }
}

}  // namespace

TEST_CASE("links: a star has ports and fabrics") {
  const auto network = sized<NonBlockingNetwork>(NonBlockingConfig{}, inputs_of(4, 8, 8));
  const auto links = make_cluster_links(network.topology(), 4);
  REQUIRE(links->links() == 4 + 8);
  REQUIRE(capacities(*links, 0, 3) == Way{80, 80});
  REQUIRE(capacities(*links, 2, 2) == Way{800});
  // Both directions, and every node, have numbers of their own.
  REQUIRE(way(*links, 0, 3) == std::vector<std::uint32_t>{4, 11});
  REQUIRE(way(*links, 3, 0) == std::vector<std::uint32_t>{10, 5});
  require_sound_routes(*links, 4);
}

TEST_CASE("links: a flow climbs a fat tree as far as it must") {
  FatTreeConfig config;
  config.nodes_per_leaf = 2;
  config.leaves_per_pod = 2;
  config.leaf_oversubscription = 2;
  config.pod_oversubscription = 4;
  const auto network = sized<FatTreeNetwork>(config, inputs_of(9, 8, 8));
  const auto links = make_cluster_links(network.topology(), 9);
  REQUIRE(capacities(*links, 0, 1) == Way{80, 80});
  REQUIRE(capacities(*links, 0, 2) == Way{80, 80, 80, 80});
  REQUIRE(capacities(*links, 0, 8) == Way{80, 80, 40, 40, 80, 80});
  // Leaf 0 to the spine carries flows of both its nodes.
  REQUIRE(way(*links, 0, 4)[1] == way(*links, 1, 8)[1]);
  REQUIRE(way(*links, 0, 4)[1] != way(*links, 2, 8)[1]);
  std::vector<std::uint32_t> out;
  links->route_out(8, out);
  REQUIRE(out.size() == 3);
  require_sound_routes(*links, 9);
}

TEST_CASE("links: nodes of a supernode meet in its fabric") {
  NonBlockingConfig config;
  config.scale_up.chips_per_group = 16;
  config.scale_up.oversubscription = 4;
  const auto network = sized<NonBlockingNetwork>(config, inputs_of(16, 8, 64));
  const auto links = make_cluster_links(network.topology(), 16);
  REQUIRE(capacities(*links, 0, 0) == Way{800, 800});
  REQUIRE(capacities(*links, 0, 1) == Way{800, 800});
  REQUIRE(capacities(*links, 0, 7) == Way{800, 400, 400, 800});
  REQUIRE(capacities(*links, 0, 8) == Way{80, 80});
  REQUIRE(way(*links, 0, 0)[0] == way(*links, 0, 7)[0]);
  require_sound_routes(*links, 16);
}

TEST_CASE("links: a torus goes the shorter way round, dimension by dimension") {
  TorusConfig config;
  config.dimensions = {5, 4, std::nullopt};
  config.link_bandwidth = gb_per_s(7);
  const auto network = sized<TorusNetwork>(config, inputs_of(40, 1, 20));
  const auto links = make_cluster_links(network.topology(), 40);
  REQUIRE(capacities(*links, 0, 4) == Way{7});  // -1 round
  REQUIRE(capacities(*links, 0, 2) == Way{7, 7});
  REQUIRE(capacities(*links, 0, 10 + 3) == Way{7, 7, 7, 7});  // two back, two up
  REQUIRE(capacities(*links, 0, 20) == Way{10, 10});          // the other torus, over the ports
  REQUIRE(capacities(*links, 20, 24) == Way{7});
  REQUIRE(capacities(*links, 3, 3) == Way{100});
  require_sound_routes(*links, 40);
  for (std::uint32_t from = 0; from < 20; ++from) {
    for (std::uint32_t to = 0; to < 20; ++to) {
      const auto apart = [](int a, int b, int of) {
        return std::min(std::abs(a - b), of - std::abs(a - b));
      };
      const int distance = apart(static_cast<int>(from % 5), static_cast<int>(to % 5), 5) +
                           apart(static_cast<int>(from / 5), static_cast<int>(to / 5), 4);
      REQUIRE(way(*links, from, to).size() == static_cast<std::size_t>(std::max(distance, 1)));
    }
  }
}

TEST_CASE("links: uniform traffic loads a torus as the closed form says") {
  // Sides of 4 and 6: 8 l / 6 of a node's links of l.
  TorusConfig config;
  config.dimensions = {4, 6, std::nullopt};
  config.link_bandwidth = gb_per_s(6);
  const auto inputs = inputs_of(24, 1, 24);
  const auto network = sized<TorusNetwork>(config, inputs);
  const auto links = make_cluster_links(network.topology(), 24);
  int most = 0;
  for (const auto& [link, flows] : uniform_load(*links, 24)) {
    if (links->capacity(link) == gb_per_s(6)) {
      most = std::max(most, flows);
    }
  }
  // Each node sends b, a 24th of it to every node: flows x b / 24 over the fullest link is 6 GB/s.
  REQUIRE(network.levels()[0].all_to_all_bandwidth().si() == Approx(6e9 * 24 / most));
  REQUIRE(network.levels()[0].all_to_all_bandwidth().si() == Approx(8e9));
}

TEST_CASE("links: uniform traffic loads a mesh as the closed form says") {
  TorusConfig config;
  config.dimensions = {5, 4, 2};
  config.wrap_around = false;
  config.link_bandwidth = gb_per_s(6);
  const auto network = sized<TorusNetwork>(config, inputs_of(40, 1, 40));
  const auto links = make_cluster_links(network.topology(), 40);
  int most = 0;
  for (const auto& [link, flows] : uniform_load(*links, 40)) {
    if (links->capacity(link) == gb_per_s(6)) {
      most = std::max(most, flows);
    }
  }
  REQUIRE(network.levels()[0].all_to_all_bandwidth().si() == Approx(6e9 * 40 / most));
  require_sound_routes(*links, 40);
}

TEST_CASE("links: a dragonfly's flows cross at most one global link") {
  DragonflyConfig config;
  config.nodes_per_router = 2;
  config.routers_per_group = 4;
  config.global_links_per_router = 2;
  config.local_link_bandwidth = gb_per_s(30);
  config.global_link_bandwidth = gb_per_s(20);
  const auto network = sized<DragonflyNetwork>(config, inputs_of(72, 1, 1));
  const auto links = make_cluster_links(network.topology(), 72);
  REQUIRE(capacities(*links, 0, 1) == Way{10, 10});
  REQUIRE(capacities(*links, 0, 2) == Way{10, 30, 10});
  require_sound_routes(*links, 72);
  // Nine groups with eight global links each, one to every other group.
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::set<std::uint32_t>> between;
  for (std::uint32_t from = 0; from < 72; ++from) {
    for (std::uint32_t to = 0; to < 72; ++to) {
      int globals = 0;
      for (const auto link : way(*links, from, to)) {
        if (links->capacity(link) == gb_per_s(20)) {
          ++globals;
          between[{from / 8, to / 8}].insert(link);
        }
      }
      REQUIRE(globals == (from / 8 == to / 8 ? 0 : 1));
      REQUIRE(way(*links, from, to).size() <= 5);
    }
  }
  std::set<std::uint32_t> all;
  for (const auto& [groups, crossed] : between) {
    REQUIRE(crossed.size() == 1);
    all.insert(crossed.begin(), crossed.end());
  }
  REQUIRE(all.size() == 9 * 8);
}

TEST_CASE("links: few groups have many links between them, all of them used") {
  DragonflyConfig config;
  config.nodes_per_router = 2;
  config.routers_per_group = 4;
  config.global_links_per_router = 2;
  const auto network = sized<DragonflyNetwork>(config, inputs_of(24, 1, 1));
  const auto links = make_cluster_links(network.topology(), 24);
  std::set<std::uint32_t> crossed;
  for (std::uint32_t from = 0; from < 8; ++from) {
    for (std::uint32_t to = 8; to < 16; ++to) {
      const auto path = way(*links, from, to);
      crossed.insert(path.begin(), path.end());
    }
  }
  require_sound_routes(*links, 24);
  REQUIRE(crossed.size() >= 8 + 8 + 4);  // ports out and in, and the four links of the pair
}

TEST_CASE("links: ways over the wide area network") {
  // 0 - 1 - 2 is faster than 0 - 2; nothing leads to 3.
  const std::vector<WanLink> lines{{0, 2, gb_per_s(1), Seconds(0.05)},
                                   {1, 0, gb_per_s(2), Seconds(0.01)},
                                   {1, 2, gb_per_s(3), Seconds(0.02)}};
  const WanRoutes routes(4, lines);
  const auto& there = routes.way(0, 2);
  REQUIRE(there->latency.si() == Approx(0.03));
  REQUIRE(there->hops.size() == 2);
  REQUIRE(there->hops[0].line == 1);
  REQUIRE_FALSE(there->hops[0].is_forward);
  REQUIRE(there->hops[1].line == 2);
  REQUIRE(routes.way(2, 0)->hops[1].is_forward);
  REQUIRE(routes.way(1, 1)->hops.empty());
  REQUIRE_FALSE(routes.way(0, 3));
}
