// SPDX-License-Identifier: Apache-2.0
#include "models/chip/node.hpp"

namespace tokenfab {

void NodeConfig::describe(Describe<NodeConfig>& d) {
  using C = NodeConfig;
  d.field("name", &C::name, "Name in reports");
  d.object("chip", &C::chip, "The accelerator").catalogue("chips").required();
  d.field("chips_per_node", &C::chips_per_node, "Accelerators in one node")
      .required()
      .range(1, 1024);
  d.field("host_power_idle", &C::host_power_idle, "CPUs, memory, NICs, switches, fans when idle")
      .required()
      .range(0, 1e6);
  d.field("host_power_busy", &C::host_power_busy, "The same with all chips at work")
      .required()
      .range(0, 1e6);
  d.field("psu_efficiency", &C::psu_efficiency, "Output over input of the power supplies")
      .required()
      .range(0.5, 1);
  d.field("host_price", &C::host_price, "Purchase price of the node without its accelerators")
      .required()
      .range(0, 1e8);
  d.field("network_price", &C::network_price, "Share of switches, optics and cables per node")
      .required()
      .range(0, 1e8);
}

}  // namespace tokenfab
