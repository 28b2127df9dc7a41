// SPDX-License-Identifier: Apache-2.0
// A tree of switches over the nodes of a cluster: a flow climbs from its node to the lowest part
// that holds both ends, and down again. Numbers: per tier, up and down of every part below it.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/api/network.hpp"

namespace tokenfab::engine {

class TreeLinks {
 public:
  /// `first`: the number of its first link.
  TreeLinks(const std::vector<NetworkTopology::Tier>& tiers, std::uint32_t nodes,
            std::uint64_t first);

  /// One past its last link.
  std::uint64_t end() const { return end_; }
  BytesPerSecond capacity(std::uint32_t link) const;

  /// The link from a node upwards; the one down to it has the next number.
  std::uint32_t node_up(std::uint32_t node) const { return tiers_.front().up(node); }
  /// Between different nodes of one tree.
  void route(std::uint32_t from, std::uint32_t to, std::vector<std::uint32_t>& links) const;
  void route_out(std::uint32_t node, std::vector<std::uint32_t>& links) const;
  void route_in(std::uint32_t node, std::vector<std::uint32_t>& links) const;

 private:
  struct Tier {
    std::uint64_t nodes_below;  // in one of the parts that this tier joins
    std::uint64_t first;        // its links: up, down of part 0, then of part 1, ...
    BytesPerSecond uplink;
    std::uint32_t up(std::uint32_t node) const {
      return static_cast<std::uint32_t>(first + 2 * (node / nodes_below));
    }
    std::uint32_t down(std::uint32_t node) const { return up(node) + 1; }
  };

  /// Whether both are in one of the parts that the tier joins.
  static bool below(const Tier& tier, std::uint32_t a, std::uint32_t b) {
    return a / tier.nodes_below == b / tier.nodes_below;
  }

  std::vector<Tier> tiers_;  // from the nodes upwards
  std::uint64_t end_;
};

}  // namespace tokenfab::engine
