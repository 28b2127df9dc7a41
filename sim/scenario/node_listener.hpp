// SPDX-License-Identifier: Apache-2.0
// Whoever uses the nodes of a cluster, as its faults see him.
#pragma once

#include <cstdint>

#include "sim/core/instant.hpp"

namespace tokenfab {

class NodeListener {
 public:
  virtual ~NodeListener() = default;

  /// The node is about to be lost. All listeners hear this of all nodes that are lost together
  /// before any hears node_failed(): so nothing that one of them loses is begun again where another
  /// one would lose it at once.
  virtual void node_fails(std::uint32_t node) = 0;
  virtual void node_failed(std::uint32_t node, Instant now) = 0;
  /// It works again; at the date of its loss if only its work was lost.
  virtual void node_repaired(std::uint32_t node, Instant now) = 0;

  /// From now on the node takes `factor` > 1 times as long, which nobody has noticed; told again
  /// when the factor changes, and also of nodes that are down.
  virtual void node_slowed(std::uint32_t node, double factor, Instant now) = 0;
  virtual void node_full_speed(std::uint32_t node, Instant now) = 0;
};

}  // namespace tokenfab
