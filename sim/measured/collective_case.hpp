// SPDX-License-Identifier: Apache-2.0
// A measured collective on a cluster of its own, priced in closed form over the cluster's network.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/api/collective.hpp"
#include "sim/core/units.hpp"
#include "sim/measured/case_scenario.hpp"

namespace tokenfab {

/// What chips reach each other over, as far as a row tells.
struct Fabric {
  std::string chip;
  std::int64_t chips = 0;
  std::int64_t nodes = 1;
  std::optional<double> bandwidth_per_chip;  // bytes per second, between nodes
  Seconds latency{2.8e-6};                   // of a message between nodes
  bool switches_reduce = true;               // those within a node, where they can
  bool network_reduces = false;

  std::int64_t chips_per_node() const { return nodes > 1 ? chips / nodes : 8; }
};

/// Bytes per second of a node's ports: "16x400G EFA per node", "4x HDR200", "8x50 GB/s EFA v4",
/// "about 800 Gb/s per node".
std::optional<double> node_bandwidth(std::string_view fabric);

/// Fills what the words for it tell: bandwidth, latency, reductions.
void read_fabric(std::string_view words, Fabric& fabric);

/// A cluster of it, with a job that holds its chips.
Scenario fabric_scenario(const Fabric& fabric, const Overrides& more);

/// Seconds of one call over all chips.
double collective_seconds(const Fabric& fabric, CollectiveKind kind, Bytes size,
                          const Overrides& more);

/// The time that a bus bandwidth stands for (nccl-tests doc/PERFORMANCE.md): an all-reduce moves
/// 2 (n - 1) / n of its size, the others (n - 1) / n.
double seconds_of_bus_bandwidth(CollectiveKind kind, std::int64_t chips, double size,
                                double bytes_per_s);

/// "all_reduce", "all-gather", ...
std::optional<CollectiveKind> collective_named(std::string_view name);

}  // namespace tokenfab
