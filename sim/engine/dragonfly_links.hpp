// SPDX-License-Identifier: Apache-2.0
// A dragonfly: routers in groups, every two routers of a group joined, every two groups joined by
// the same number of global links. J. Kim, W. Dally, S. Scott, D. Abts, "Technology-Driven,
// Highly-Scalable Dragonfly Topology", ISCA 2008, doi:10.1109/ISCA.2008.19. Routes are minimal: at
// most one local, one global and one local link; of the global links between two groups one that
// ends at a router of the flow, else one by the numbers of its nodes.
// Left out: adaptive and Valiant routes over a third group, which lift what neighbouring groups get
// of each other and halve what uniform traffic gets; global links that do not divide evenly.
#pragma once

#include "sim/engine/cluster_links.hpp"

namespace tokenfab::engine {

class DragonflyLinks : public ClusterLinks {
 public:
  DragonflyLinks(const NetworkTopology& topology, std::uint32_t nodes);

  void route(std::uint32_t from_node, std::uint32_t to_node,
             std::vector<std::uint32_t>& links) const override;
  BytesPerSecond capacity(std::uint32_t link) const override;
  std::uint32_t links() const override { return end_; }
  std::vector<bool> used_by(std::span<const std::uint32_t> nodes) const override;

  /// Global links between two groups.
  std::uint32_t links_per_pair() const { return per_pair_; }

 private:
  struct Router {
    std::uint32_t group;
    std::uint32_t number;  // in its group
    friend bool operator==(const Router&, const Router&) = default;
  };
  Router router_of(std::uint32_t node) const;
  /// How `group` numbers another one among its peers: leaving itself out.
  static std::uint32_t peer(std::uint32_t group, std::uint32_t other) {
    return other < group ? other : other - 1;
  }
  /// The router of `group` that the link number `which` to `other` starts at.
  Router gate(std::uint32_t group, std::uint32_t other, std::uint32_t which) const;
  std::uint32_t local(const Router& from, const Router& to) const;
  std::uint32_t global(std::uint32_t from, std::uint32_t to, std::uint32_t which) const;
  /// Which of the links between their groups a flow takes.
  std::uint32_t choose(const Router& from, const Router& to, std::uint32_t spread) const;

  NetworkTopology::Dragonfly shape_;
  std::uint32_t routers_;  // of a group
  std::uint32_t groups_;
  std::uint32_t per_pair_ = 0;
  std::uint32_t first_local_ = 0;
  std::uint32_t first_global_ = 0;
  std::uint32_t end_ = 0;
};

}  // namespace tokenfab::engine
