// SPDX-License-Identifier: Apache-2.0
// Scale-up fabrics: one link per node where each node has its own, a tree of switches over the
// nodes of a domain where they share one. There a flow within a node takes the node's share both
// ways, like every other one.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/tree_links.hpp"

namespace tokenfab::engine {

class ScaleUpLinks {
 public:
  /// Its links have the numbers from 0.
  ScaleUpLinks(const NetworkTopology& topology, std::uint32_t nodes);

  std::uint64_t end() const { return is_shared_ ? tree_.end() : nodes_; }
  BytesPerSecond capacity(std::uint32_t link) const {
    return is_shared_ ? tree_.capacity(link) : node_bandwidth_;
  }
  /// Whether both reach each other in a fabric; a node always reaches itself.
  bool joins(std::uint32_t a, std::uint32_t b) const {
    return a == b || (is_shared_ && a / nodes_per_domain_ == b / nodes_per_domain_);
  }
  void route(std::uint32_t from, std::uint32_t to, std::vector<std::uint32_t>& links) const;
  /// Appends the links that the flows of a node may cross.
  void all_of(std::uint32_t node, std::vector<std::uint32_t>& links) const;

 private:
  std::uint32_t nodes_;
  bool is_shared_;
  std::uint32_t nodes_per_domain_;
  BytesPerSecond node_bandwidth_;
  TreeLinks tree_;
};

}  // namespace tokenfab::engine
