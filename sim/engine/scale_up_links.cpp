// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/scale_up_links.hpp"

namespace tokenfab::engine {

ScaleUpLinks::ScaleUpLinks(const NetworkTopology& topology, std::uint32_t nodes)
    : nodes_(nodes),
      is_shared_(!topology.domain_tiers.empty()),
      nodes_per_domain_(static_cast<std::uint32_t>(topology.nodes_per_domain)),
      node_bandwidth_(topology.scale_up_node),
      tree_(topology.domain_tiers, nodes, 0) {}

void ScaleUpLinks::route(std::uint32_t from, std::uint32_t to,
                         std::vector<std::uint32_t>& links) const {
  if (from != to) {
    tree_.route(from, to, links);
  } else if (is_shared_) {
    links.insert(links.end(), {tree_.node_up(from), tree_.node_up(from) + 1});
  } else {
    links.push_back(from);
  }
}

void ScaleUpLinks::all_of(std::uint32_t node, std::vector<std::uint32_t>& links) const {
  route(node, node, links);
  if (is_shared_) {
    tree_.route_out(node, links);
    tree_.route_in(node, links);
  }
}

}  // namespace tokenfab::engine
