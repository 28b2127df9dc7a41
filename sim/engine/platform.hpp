// SPDX-License-Identifier: Apache-2.0
// The hardware as SimGrid sees it: a zone per site, in it a zone per cluster, in it a host per
// node, its scale-up fabric and its network port, and the links of the cluster's network between
// them (cluster_links.hpp). Between sites links of a wide area network. Links have no latency (the
// agenda adds it before a flow starts) and one number or name per direction.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/api/network.hpp"
#include "sim/core/units.hpp"

namespace tokenfab::engine {

/// Nodes first, first + 1, ..., first + count - 1 of a cluster.
struct NodeRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

struct ClusterPlatform {
  std::string name;
  std::uint32_t nodes = 0;
  BytesPerSecond scale_up_bandwidth;  // of one node's fabric, all chips together
  BytesPerSecond network_bandwidth;   // of one node's ports, one direction
  // The only nodes that flows may start or end at; absent: all. A node costs SimGrid 3.8 kB and
  // 13 us, which a cluster of a million nodes need not pay for those that never send. Ranges may
  // overlap.
  std::optional<std::vector<NodeRange>> flow_nodes = std::nullopt;
  // Absent: a star, nothing between the ports. Present: says the bandwidths too, and the two above
  // are not read.
  std::optional<NetworkTopology> topology = std::nullopt;
};

struct SitePlatform {
  std::string name;
  std::vector<ClusterPlatform> clusters;
  BytesPerSecond storage_bandwidth;  // of the site's shared storage, one direction
};

/// A line between two sites, of this bandwidth in each direction. Its latency is the agenda's; it
/// chooses the way, which is the one of the least latency, then of the fewest lines.
struct WanLink {
  std::uint32_t site_a = 0;
  std::uint32_t site_b = 0;
  BytesPerSecond bandwidth;
  Seconds latency;
};

/// A host of the platform: a node of a cluster, or the site's storage.
struct HostPlace {
  std::uint32_t site = 0;
  std::uint32_t cluster = 0;
  std::uint32_t node = 0;
  bool is_storage = false;

  friend constexpr auto operator<=>(const HostPlace&, const HostPlace&) = default;
};

}  // namespace tokenfab::engine
