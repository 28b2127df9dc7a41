// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/cluster_links.hpp"

#include <limits>

#include "sim/core/check.hpp"
#include "sim/engine/dragonfly_links.hpp"
#include "sim/engine/torus_links.hpp"

namespace tokenfab::engine {

ClusterLinks::ClusterLinks(const NetworkTopology& topology,
                           const std::vector<NetworkTopology::Tier>& tiers, std::uint32_t nodes)
    : fabrics_(topology, nodes), tree_(tiers, nodes, fabrics_.end()) {
  CHECK(!tiers.empty(), "{} nodes without ports", nodes);
  CHECK(tree_.end() <= std::numeric_limits<std::uint32_t>::max(), "{} links", tree_.end());
}

void ClusterLinks::route(std::uint32_t from_node, std::uint32_t to_node,
                         std::vector<std::uint32_t>& links) const {
  if (fabrics_.joins(from_node, to_node)) {
    fabrics_.route(from_node, to_node, links);
  } else {
    tree_.route(from_node, to_node, links);
  }
}

std::vector<bool> ClusterLinks::used_by(std::span<const std::uint32_t> nodes) const {
  std::vector<bool> used(links(), false);
  std::vector<std::uint32_t> own;
  for (const auto node : nodes) {
    own.clear();
    fabrics_.all_of(node, own);
    tree_.route_out(node, own);
    tree_.route_in(node, own);
    for (const auto number : own) {
      used[number] = true;
    }
  }
  return used;
}

std::unique_ptr<ClusterLinks> make_cluster_links(const NetworkTopology& topology,
                                                 std::uint32_t nodes) {
  switch (topology.shape) {
    case NetworkShape::Torus:
      return std::make_unique<TorusLinks>(topology, nodes);
    case NetworkShape::Dragonfly:
      return std::make_unique<DragonflyLinks>(topology, nodes);
    default:
      return std::make_unique<ClusterLinks>(topology, topology.tiers, nodes);
  }
}

}  // namespace tokenfab::engine
