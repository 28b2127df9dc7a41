// SPDX-License-Identifier: Apache-2.0
// The network between the chips of a cluster: as levels for closed forms, as a shape for the engine
// to build of links.
#pragma once

#include <cstdint>
#include <optional>
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
  bool scale_up_reduces = false;       // switches of the scale-up fabric add up what chips reduce
};

/// Chips that reach each other without crossing a higher level.
struct NetworkLevel {
  std::string name;          // "scale-up", "leaf", "spine", ...
  std::int64_t chips = 1;    // in one of its parts
  BytesPerSecond bandwidth;  // of a chip, one direction, when all chips of a part use it at once
  Seconds latency;           // of one message
  bool reduces_in_network = false;
  // What a chip can send when every chip of a part sends to every other one alike: less than
  // `bandwidth`, which neighbours reach, in a torus; the same elsewhere. Absent: the same.
  std::optional<BytesPerSecond> uniform_bandwidth = std::nullopt;

  BytesPerSecond all_to_all_bandwidth() const { return uniform_bandwidth.value_or(bandwidth); }
};

enum class NetworkShape { Star, FatTree, RailOptimized, Torus, Dragonfly };

/// A cluster's network as the engine builds it: switches and links between the nodes' ports.
struct NetworkTopology {
  // From the nodes upwards: how many parts of the level below make one of this level, and the
  // bandwidth between such a part and this level, one direction. The last part may be in part.
  struct Tier {
    std::int64_t parts = 1;
    BytesPerSecond uplink;
  };
  /// Of a torus, its first dimension varying fastest with the node's number.
  struct Dimension {
    std::int64_t nodes = 1;
    BytesPerSecond link;  // between neighbours, one direction
    bool wraps = true;    // the last node is the first one's neighbour: only of three or more
  };
  struct Dragonfly {
    std::int64_t nodes_per_router = 1;
    std::int64_t routers_per_group = 1;
    std::int64_t global_links = 1;  // of a router, to other groups
    BytesPerSecond local_link;      // between two routers of a group, one direction
    BytesPerSecond global_link;
  };

  NetworkShape shape = NetworkShape::Star;
  BytesPerSecond node_bandwidth;      // of all ports of a node, one direction
  BytesPerSecond scale_up_node;       // of a node's share in its scale-up fabric
  std::int64_t nodes_per_domain = 1;  // that share a scale-up fabric
  std::int64_t rails = 1;             // parallel networks, one per chip of a node
  std::vector<Tier> tiers;            // of a star (one), a fat tree, a rail-optimized network
  std::vector<Tier> domain_tiers;     // of a scale-up fabric that spans nodes
  std::vector<Dimension> dimensions;  // of a torus; the cluster may hold several
  Dragonfly dragonfly;

  std::int64_t nodes_per_torus() const {
    std::int64_t product = 1;
    for (const auto& dimension : dimensions) {
      product *= dimension.nodes;
    }
    return product;
  }
  /// Nodes that reach each other over one switch: a leaf, a rail group, a router, a torus.
  std::int64_t nodes_per_leaf() const {
    switch (shape) {
      case NetworkShape::Torus:
        return nodes_per_torus();
      case NetworkShape::Dragonfly:
        return dragonfly.nodes_per_router;
      default:
        return tiers.empty() ? 1 : tiers.front().parts;
    }
  }
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
