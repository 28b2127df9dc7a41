// SPDX-License-Identifier: Apache-2.0
// A server node: its chips, and the host around them. Power at the PSU input is
// (chips + host) / psu_efficiency, the host going linearly from idle to busy with the share of its
// chips that work. Left out: fan speed against temperature, PSU part-load curve.
#pragma once

#include <string>

#include "models/chip/chip.hpp"

namespace tokenfab {

struct NodeConfig {
  std::string name;
  ChipConfig chip;
  std::int64_t chips_per_node = 8;
  Watts host_power_idle;  // CPUs, memory, NICs, switches and fans
  Watts host_power_busy;
  double psu_efficiency = 1;
  Dollars host_price;     // the server without its accelerators
  Dollars network_price;  // share of the cluster network, per node

  Watts power_idle() const {
    return (chip.power_idle * static_cast<double>(chips_per_node) + host_power_idle) /
           psu_efficiency;
  }
  /// All chips at their limit: what the site's power has to be built for.
  Watts power_design() const {
    return (chip.power_limit * static_cast<double>(chips_per_node) + host_power_busy) /
           psu_efficiency;
  }

  /// What the host draws above idle for each of its chips that works.
  Watts host_power_per_chip() const {
    return (host_power_busy - host_power_idle) / static_cast<double>(chips_per_node);
  }

  static void describe(Describe<NodeConfig>& d);
};

}  // namespace tokenfab
