// SPDX-License-Identifier: Apache-2.0
// The links of a cluster by number, and the way of every flow over them: arithmetic on the shape of
// its network, nothing stored per pair of nodes. What SimGrid's flows cross (hosts.hpp) and what a
// rate solver is told (LinkRoutes) is this one answer.
//
// Granularity: a link per node and direction, into its scale-up fabric and into the network; above
// that one per switch, router or part of a tier. The chips of a node share its links, the rails of
// a rail-optimized network are one network of their summed bandwidth, and parallel switches of a
// tier are one: traffic spreads over them alike. A flow of fewer chips than a node has keeps to its
// own share by its bound.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/api/link_routes.hpp"
#include "sim/engine/scale_up_links.hpp"
#include "sim/engine/tree_links.hpp"

namespace tokenfab::engine {

/// Scale-up fabrics and a tree over the nodes' ports: all there is of a star, a fat tree or a
/// rail-optimized network; other shapes add their links behind these.
class ClusterLinks : public LinkRoutes {
 public:
  ClusterLinks(const NetworkTopology& topology, const std::vector<NetworkTopology::Tier>& tiers,
               std::uint32_t nodes);

  void route(std::uint32_t from_node, std::uint32_t to_node,
             std::vector<std::uint32_t>& links) const override;
  BytesPerSecond capacity(std::uint32_t link) const override {
    return link < fabrics_.end() ? fabrics_.capacity(link) : tree_.capacity(link);
  }
  std::uint32_t links() const override { return static_cast<std::uint32_t>(tree_.end()); }

  /// Links between a node and the core of the network, where the site's storage and its other
  /// clusters are.
  void route_out(std::uint32_t node, std::vector<std::uint32_t>& links) const {
    tree_.route_out(node, links);
  }
  void route_in(std::uint32_t node, std::vector<std::uint32_t>& links) const {
    tree_.route_in(node, links);
  }
  /// By number: whether a flow between two of these nodes, or to or from the core, may cross it.
  virtual std::vector<bool> used_by(std::span<const std::uint32_t> nodes) const;

 protected:
  const ScaleUpLinks& fabrics() const { return fabrics_; }
  const TreeLinks& tree() const { return tree_; }

 private:
  ScaleUpLinks fabrics_;
  TreeLinks tree_;
};

/// CHECKs that the numbers fit 32 bits.
std::unique_ptr<ClusterLinks> make_cluster_links(const NetworkTopology& topology,
                                                 std::uint32_t nodes);

}  // namespace tokenfab::engine
