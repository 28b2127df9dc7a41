// SPDX-License-Identifier: Apache-2.0
// Random networks: levels are ordered and whole, routes are sound, and links carry what the levels
// promise.
#include <algorithm>
#include <memory>

#include "sim/core/random.hpp"
#include "sim/engine/cluster_links.hpp"
#include "tests/cluster_networks.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

struct Drawn {
  std::unique_ptr<ClusterNetwork> network;
  NetworkInputs inputs;
};

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed, 0, "network", "shape") {}

  std::int64_t count(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_.uniform() * static_cast<double>(high - low + 1));
  }
  bool coin() { return count(0, 1) == 1; }
  double taper() { return static_cast<double>(count(1, 8)) / 2; }

  ScaleUpConfig scale_up() {
    ScaleUpConfig config;
    if (coin()) {
      config.chips_per_group = chips_per_node_ * group_;
      config.oversubscription = taper();
    }
    return config;
  }

  /// Whole parts only, so that the promise of a level is exact.
  Drawn next() {
    chips_per_node_ = count(1, 8);
    group_ = count(1, 2);
    const auto domain = chips_per_node_ * group_ * count(1, 2);
    Drawn drawn;
    drawn.inputs = inputs_of(0, chips_per_node_, domain);
    switch (count(0, 3)) {
      case 0:
        make_fat_tree(drawn);
        break;
      case 1:
        make_rails(drawn);
        break;
      case 2:
        make_torus(drawn);
        break;
      default:
        make_dragonfly(drawn);
        break;
    }
    drawn.network->size_for(drawn.inputs);
    return drawn;
  }

 private:
  void make_fat_tree(Drawn& drawn) {
    FatTreeConfig config;
    config.nodes_per_leaf = count(1, 4);
    config.leaf_oversubscription = taper();
    config.leaves_per_pod = count(1, 3);
    config.pod_oversubscription = taper();
    config.scale_up = scale_up();
    drawn.inputs.nodes = config.nodes_per_leaf * *config.leaves_per_pod * count(1, 3);
    drawn.network = std::make_unique<FatTreeNetwork>(config);
  }
  void make_rails(Drawn& drawn) {
    RailOptimizedConfig config;
    config.nodes_per_group = count(1, 6);
    config.group_oversubscription = taper();
    config.scale_up = scale_up();
    drawn.inputs.nodes = config.nodes_per_group * count(1, 4);
    drawn.network = std::make_unique<RailOptimizedNetwork>(config);
  }
  void make_torus(Drawn& drawn) {
    TorusConfig config;
    config.unit = TorusUnit::Node;
    config.dimensions = {count(1, 6), count(1, 5), count(1, 4)};
    config.wrap_around = coin();
    drawn.inputs.nodes = config.dimensions.x * config.dimensions.y * *config.dimensions.z;
    drawn.network = std::make_unique<TorusNetwork>(config);
  }
  void make_dragonfly(Drawn& drawn) {
    DragonflyConfig config;
    config.nodes_per_router = count(1, 3);
    config.routers_per_group = count(1, 4);
    config.global_links_per_router = count(1, 3);
    config.scale_up = scale_up();
    const auto groups = count(1, config.routers_per_group * config.global_links_per_router + 1);
    drawn.inputs.nodes = config.nodes_per_router * config.routers_per_group * groups;
    drawn.network = std::make_unique<DragonflyNetwork>(config);
  }

  RandomStream random_;
  std::int64_t chips_per_node_ = 1;
  std::int64_t group_ = 1;
};

void require_whole_levels(const Drawn& drawn) {
  const auto& levels = drawn.network->levels();
  REQUIRE_FALSE(levels.empty());
  REQUIRE(levels.back().chips == drawn.inputs.nodes * drawn.inputs.chips_per_node);
  for (std::size_t i = 0; i < levels.size(); ++i) {
    REQUIRE(levels[i].bandwidth.si() > 0);
    REQUIRE(levels[i].all_to_all_bandwidth() <= levels[i].bandwidth);
    if (i > 0) {
      REQUIRE(levels[i].chips > levels[i - 1].chips);
      REQUIRE(levels[i].bandwidth <= levels[i - 1].bandwidth);
    }
  }
}

std::uint32_t node_count(const Drawn& drawn) {
  return static_cast<std::uint32_t>(drawn.inputs.nodes);
}

void require_sound_routes(const Drawn& drawn, const engine::ClusterLinks& links) {
  std::vector<std::uint32_t> there;
  std::vector<std::uint32_t> back;
  for (std::uint32_t from = 0; from < node_count(drawn); ++from) {
    for (std::uint32_t to = 0; to < node_count(drawn); ++to) {
      there.clear();
      back.clear();
      links.route(from, to, there);
      links.route(to, from, back);
      REQUIRE_FALSE(there.empty());
      REQUIRE(there.size() == back.size());
      std::sort(there.begin(), there.end());
      REQUIRE(std::adjacent_find(there.begin(), there.end()) == there.end());
      REQUIRE(there.back() < links.links());
      for (const auto link : there) {
        REQUIRE(links.capacity(link).si() > 0);
      }
    }
  }
}

/// Half of the nodes send to the other half, each at what the last level promises its chips.
void require_promise(const Drawn& drawn, const engine::ClusterLinks& links) {
  const auto nodes = node_count(drawn);
  const auto rate = drawn.network->levels().back().bandwidth.si() *
                    static_cast<double>(drawn.inputs.chips_per_node);
  std::vector<double> load(links.links(), 0.0);
  std::vector<std::uint32_t> way;
  for (std::uint32_t node = 0; node < nodes && nodes > 1; ++node) {
    way.clear();
    links.route(node, (node + nodes / 2) % nodes, way);
    for (const auto link : way) {
      load[link] += rate;
    }
  }
  for (std::uint32_t link = 0; link < links.links(); ++link) {
    REQUIRE(load[link] <= links.capacity(link).si() * (1 + 1e-9));
  }
}

}  // namespace

TEST_CASE("networks at random: levels, routes and what links carry") {
  Draw draw(7);
  int trees = 0;
  for (int i = 0; i < 150; ++i) {
    const auto drawn = draw.next();
    const auto& topology = drawn.network->topology();
    INFO("network " << i << ", shape " << static_cast<int>(topology.shape) << ", "
                    << drawn.inputs.nodes << " nodes");
    const auto links = engine::make_cluster_links(topology, node_count(drawn));
    require_whole_levels(drawn);
    require_sound_routes(drawn, *links);
    const bool is_tree =
        topology.shape == NetworkShape::FatTree || topology.shape == NetworkShape::RailOptimized;
    if (is_tree) {
      ++trees;
      require_promise(drawn, *links);
    }
  }
  REQUIRE(trees > 30);
}
