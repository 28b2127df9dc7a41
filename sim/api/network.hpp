// SPDX-License-Identifier: Apache-2.0
// The network between the chips of a cluster: as levels for closed forms, as a shape for the engine
// to build of links.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/units.hpp"

namespace tokenfab {

/// What a network is built for.
struct NetworkInputs {
  std::int64_t nodes = 1;
  std::int64_t chips_per_node = 1;
  BytesPerSecond scale_up_bandwidth;   // of a chip, one direction
  std::int64_t scale_up_domain = 1;    // chips that reach each other at that bandwidth
  BytesPerSecond scale_out_bandwidth;  // of a chip, one direction
};

/// Chips that reach each other without crossing a higher level.
struct NetworkLevel {
  std::string name;          // "scale-up", "leaf", "spine", ...
  std::int64_t chips = 1;    // in one of its parts
  BytesPerSecond bandwidth;  // of a chip, one direction, when all chips of a part use it at once
  Seconds latency;           // of one message
  bool reduces_in_network = false;
};

enum class NetworkShape { Star, FatTree, RailOptimized, Torus, Dragonfly };

/// The scale-out network as the engine builds it: switches and links between the nodes' ports.
struct NetworkTopology {
  NetworkShape shape = NetworkShape::Star;
  BytesPerSecond node_bandwidth;      // of all ports of a node, one direction
  BytesPerSecond scale_up_node;       // of a node's share in its scale-up fabric
  std::int64_t nodes_per_domain = 1;  // that share a scale-up fabric
  std::int64_t rails = 1;             // parallel networks, one per chip of a node
  // From the nodes upwards: how many parts of the level below make one of this level, and the
  // bandwidth between such a part and this level.
  struct Tier {
    std::int64_t parts = 1;
    BytesPerSecond uplink;
  };
  std::vector<Tier> tiers;
  std::vector<std::int64_t> dimensions;  // of a torus, in nodes
};

class ClusterNetwork {
 public:
  virtual ~ClusterNetwork() = default;
  /// Called once. Throws std::invalid_argument where the nodes do not fit the shape.
  virtual void size_for(const NetworkInputs& inputs) = 0;
  /// From the scale-up domain outwards; the last one holds the whole cluster. All later questions.
  virtual const std::vector<NetworkLevel>& levels() const = 0;
  virtual const NetworkTopology& topology() const = 0;
};

}  // namespace tokenfab
