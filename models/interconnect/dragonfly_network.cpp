// SPDX-License-Identifier: Apache-2.0
#include "models/interconnect/dragonfly_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tokenfab {
namespace {

constexpr double most_parts = 1e4;

}  // namespace

void DragonflyConfig::describe(Describe<DragonflyConfig>& d) {
  using C = DragonflyConfig;
  d.object("scale_up", &C::scale_up, "The fabric inside nodes and supernodes");
  d.field("nodes_per_router", &C::nodes_per_router, "Nodes whose ports are at one router")
      .range(1, most_parts)
      .required();
  d.field("routers_per_group", &C::routers_per_group, "Routers of a group, all joined")
      .range(1, most_parts)
      .required();
  d.field("global_links_per_router", &C::global_links_per_router,
          "Links of a router to other groups")
      .range(1, most_parts)
      .required();
  d.field("local_link_bandwidth", &C::local_link_bandwidth,
          "Between two routers of a group, one direction; absent: that of a node's ports")
      .range(1, 1e15);
  d.field("global_link_bandwidth", &C::global_link_bandwidth,
          "Of a link to another group, one direction; absent: that of a node's ports")
      .range(1, 1e15);
  d.field("latency", &C::latency, "Latency of a message over one router")
      .range(0, 1e-2)
      .source("InfiniBand over one leaf, arXiv:2505.09343, table 5");
  d.field("hop_latency", &C::hop_latency, "What every further router adds to a message's latency")
      .range(0, 1e-3)
      .source("InfiniBand over three switches against one, arXiv:2505.09343, table 5");
}

void DragonflyNetwork::size_for(const NetworkInputs& inputs) {
  const auto routers = config_.routers_per_group;
  const auto per_group = config_.nodes_per_router * routers;
  const auto groups = (inputs.nodes + per_group - 1) / per_group;
  const auto ports = routers * config_.global_links_per_router;
  if (groups - 1 > ports) {
    throw std::invalid_argument(fmt::format(
        "{} nodes make {} groups, each with {} routers x {} global links for {} others: set "
        "global_links_per_router to {}, or have at most {} nodes",
        inputs.nodes, groups, routers, config_.global_links_per_router, groups - 1,
        (groups - 1 + routers - 1) / routers, (ports + 1) * per_group));
  }
  const auto chips = static_cast<double>(inputs.chips_per_node);
  const auto port = inputs.scale_out_bandwidth * chips;
  auto& shape = topology_.dragonfly;
  shape = {config_.nodes_per_router, routers, config_.global_links_per_router,
           config_.local_link_bandwidth.value_or(port),
           config_.global_link_bandwidth.value_or(port)};
  topology_.shape = NetworkShape::Dragonfly;
  topology_.node_bandwidth = port;
  topology_.tiers = {{inputs.nodes, port}};
  add_scale_up(config_.scale_up, inputs, levels_, topology_);

  const auto p = static_cast<double>(config_.nodes_per_router);
  const auto a = static_cast<double>(routers);
  auto bandwidth = inputs.scale_out_bandwidth;
  const auto add = [&](const char* name, std::int64_t nodes, int further_routers) {
    add_level({name, nodes * inputs.chips_per_node, bandwidth,
               config_.latency + further_routers * config_.hop_latency},
              inputs, levels_);
  };
  add("router", config_.nodes_per_router, 0);
  if (routers > 1) {
    bandwidth = std::min(bandwidth, (a - 1) * shape.local_link / p / chips);
  }
  add("group", per_group, 1);
  if (groups > 1) {
    const auto used = static_cast<double>(ports / (groups - 1) * (groups - 1));
    bandwidth = std::min(bandwidth, used * shape.global_link / (a * p) / chips);
  }
  add("global", inputs.nodes, 3);
}

}  // namespace tokenfab
