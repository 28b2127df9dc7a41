// SPDX-License-Identifier: Apache-2.0
// Tori or meshes of nodes, and the ports that join them. A flow within a torus goes dimension by
// dimension, the first one first, the shorter way round; where both ways are as long, one or
// the other by the parity of the ends' coordinates, so that uniform traffic loads both alike. W.
// Dally, B. Towles, "Principles and Practices of Interconnection Networks", 2004, section 8.4.2.
// Whatever leaves a torus (to another one, to the storage) takes the nodes' ports. Left out:
// adaptive routes, twisted tori, links that failed.
#pragma once

#include "sim/engine/cluster_links.hpp"

namespace tokenfab::engine {

class TorusLinks : public ClusterLinks {
 public:
  TorusLinks(const NetworkTopology& topology, std::uint32_t nodes);

  void route(std::uint32_t from_node, std::uint32_t to_node,
             std::vector<std::uint32_t>& links) const override;
  BytesPerSecond capacity(std::uint32_t link) const override;
  std::uint32_t links() const override { return end_; }
  /// The ports and fabrics of the nodes, and all links of their tori: others carry their flows on.
  std::vector<bool> used_by(std::span<const std::uint32_t> nodes) const override;

 private:
  struct Step {
    std::int64_t count = 0;
    bool is_up = true;
  };
  static Step steps(const NetworkTopology::Dimension& dimension, std::int64_t from, std::int64_t to,
                    bool ties_go_up);
  /// Of a node's coordinates in its torus.
  std::int64_t coordinate_sum(std::int64_t node) const;
  std::uint32_t link(std::uint32_t node, std::size_t dimension, bool is_up) const;

  std::vector<NetworkTopology::Dimension> dimensions_;
  std::uint32_t nodes_;
  std::uint32_t nodes_per_torus_;
  std::uint32_t first_ = 0;  // of the links between neighbours
  std::uint32_t end_ = 0;
};

}  // namespace tokenfab::engine
