// SPDX-License-Identifier: Apache-2.0
// The scale-up fabric: chips of a node, or of all nodes of a supernode, that reach each other
// without the network. One stage of switches, or two: groups (a rack, a board) without taper,
// joined by links that may be fewer.
#pragma once

#include <optional>

#include "sim/api/field.hpp"
#include "sim/api/network.hpp"

namespace tokenfab {

/// Latency of a message between neighbours. NVLink takes 3.33 us, InfiniBand 2.8 us over one leaf
/// and 3.7 us over leaf, spine, leaf, 64 bytes from CPU to CPU (arXiv:2505.09343, table 5).
inline constexpr Seconds scale_up_message_latency(3.33e-6);
inline constexpr Seconds scale_out_message_latency(2.8e-6);
inline constexpr Seconds switch_latency((3.7e-6 - 2.8e-6) / 2);

struct ScaleUpConfig {
  Seconds latency = scale_up_message_latency;
  std::optional<bool> in_network_reduction;  // as the chips' switches do (NetworkInputs)
  std::optional<std::int64_t> chips_per_group;
  double oversubscription = 1;
  Seconds group_latency{1e-6};
  static void describe(Describe<ScaleUpConfig>& d);
};

/// Adds the levels of the fabric, and its part of the topology; none where chips stand alone.
/// Throws std::invalid_argument where groups, domain and nodes do not fit each other.
void add_scale_up(const ScaleUpConfig& config, const NetworkInputs& inputs,
                  std::vector<NetworkLevel>& levels, NetworkTopology& topology);

/// Adds a level unless those below hold as many chips: it would carry nothing. `chips` is cut to
/// the cluster's.
void add_level(NetworkLevel level, const NetworkInputs& inputs, std::vector<NetworkLevel>& levels);

}  // namespace tokenfab
