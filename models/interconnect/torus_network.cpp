// SPDX-License-Identifier: Apache-2.0
#include "models/interconnect/torus_network.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

namespace tokenfab {
namespace {

constexpr double most_units = 1e6;

std::int64_t product(const std::vector<std::int64_t>& counts) {
  std::int64_t result = 1;
  for (const auto count : counts) {
    result *= count;
  }
  return result;
}

/// What a chip sends along a dimension of k when every chip sends to every other one alike.
BytesPerSecond uniform_bandwidth(BytesPerSecond link, std::int64_t units, bool wraps) {
  const auto k = static_cast<double>(units);
  const double ways = wraps ? 8 : 4;
  return units % 2 == 0 ? ways * link / k : ways * link * k / (k * k - 1);
}

}  // namespace

std::vector<std::int64_t> TorusSizeConfig::counts() const {
  std::vector<std::int64_t> counts{x, y};
  if (z) {
    counts.push_back(*z);
  }
  return counts;
}

void TorusSizeConfig::describe(Describe<TorusSizeConfig>& d) {
  using C = TorusSizeConfig;
  d.field("x", &C::x, "Along the first dimension").range(1, most_units).required();
  d.field("y", &C::y, "Along the second dimension").range(1, most_units).required();
  d.field("z", &C::z, "Along the third dimension; absent: there is none").range(1, most_units);
}

void TorusConfig::describe(Describe<TorusConfig>& d) {
  using C = TorusConfig;
  d.choice("unit", &C::unit, {"chip", "node"},
           "What the torus joins: chips over their scale-up links, or nodes over their ports");
  d.object("dimensions", &C::dimensions, "Chips or nodes of one torus along each dimension")
      .required();
  d.object("node_dimensions", &C::node_dimensions,
           "Of the chips of a torus the block that stands in one node; absent: one chip");
  d.field("link_bandwidth", &C::link_bandwidth,
          "Of a chip's or node's link to one neighbour, one direction; absent: its scale-up or "
          "port bandwidth over two links per dimension")
      .range(1, 1e15);
  d.field("wrap_around", &C::wrap_around,
          "Whether the ends of a dimension are joined: a torus, else a mesh");
  d.field("latency", &C::latency, "Latency of a message between neighbours")
      .range(0, 1e-2)
      .source("About 1 us a hop between TPUs, jax-ml.github.io/scaling-book, ch. 3");
  d.field("port_latency", &C::port_latency, "Latency of a message to another torus")
      .range(0, 1e-2)
      .source("ai-dynamo/aiconfigurator system files @095f58a5");
  d.object("scale_up", &C::scale_up, "The fabric inside the nodes of a torus of nodes");
}

TorusNetwork::TorusNetwork(const TorusConfig& config) : config_(config) {
  const auto sizes = config.dimensions.counts();
  if (!config.node_dimensions) {
    return;
  }
  if (config.unit == TorusUnit::Node) {
    throw std::invalid_argument(
        "node_dimensions in a torus of nodes: drop it, or set unit to \"chip\"");
  }
  const auto block = config.node_dimensions->counts();
  if (block.size() != sizes.size()) {
    throw std::invalid_argument(
        fmt::format("node_dimensions has {} dimensions, dimensions {}: give both the same",
                    block.size(), sizes.size()));
  }
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] % block[i] != 0) {
      throw std::invalid_argument(
          fmt::format("node_dimensions {} do not fill dimensions {}: {} is not a multiple of {}",
                      fmt::join(block, " x "), fmt::join(sizes, " x "), sizes[i], block[i]));
    }
  }
}

std::vector<TorusNetwork::Side> TorusNetwork::sides(const NetworkInputs& inputs) const {
  const auto sizes = config_.dimensions.counts();
  const bool is_of_nodes = config_.unit == TorusUnit::Node;
  const auto block = config_.node_dimensions ? config_.node_dimensions->counts()
                                             : std::vector<std::int64_t>(sizes.size(), 1);
  if (!is_of_nodes && product(block) != inputs.chips_per_node) {
    throw std::invalid_argument(fmt::format(
        "node_dimensions {} hold {} chips, a node {}: give dimensions that multiply to {}, or set "
        "unit to \"node\"",
        fmt::join(block, " x "), product(block), inputs.chips_per_node, inputs.chips_per_node));
  }
  const auto whole = is_of_nodes
                         ? inputs.scale_out_bandwidth * static_cast<double>(inputs.chips_per_node)
                         : inputs.scale_up_bandwidth;
  const auto link =
      config_.link_bandwidth.value_or(whole / (2 * static_cast<double>(sizes.size())));
  if (link.si() <= 0) {
    throw std::invalid_argument(
        "links of the torus have no bandwidth: set link_bandwidth, or the chip's " +
        std::string(is_of_nodes ? "scale_out_bandwidth" : "scale_up_bandwidth"));
  }
  std::vector<Side> result;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    // Two have one link between them, not one each way round.
    result.push_back({sizes[i], block[i], link, config_.wrap_around && sizes[i] > 2});
  }
  return result;
}

void TorusNetwork::require_whole_tori(const std::vector<Side>& sides,
                                      const NetworkInputs& inputs) const {
  std::int64_t nodes = 1;
  for (const auto& side : sides) {
    nodes *= side.units / side.in_node;
  }
  if (inputs.nodes % nodes != 0) {
    const auto below = inputs.nodes / nodes * nodes;
    throw std::invalid_argument(fmt::format(
        "dimensions {} make a torus of {} nodes, which {} nodes do not fill: have {} nodes, or "
        "dimensions that multiply to {}",
        fmt::join(config_.dimensions.counts(), " x "), nodes, inputs.nodes,
        below > 0 ? below : nodes,
        config_.unit == TorusUnit::Node ? inputs.nodes : inputs.nodes * inputs.chips_per_node));
  }
}

void TorusNetwork::add_torus_level(const std::vector<Side>& sides, const NetworkInputs& inputs) {
  const bool is_of_nodes = config_.unit == TorusUnit::Node;
  const auto chips_per_unit = is_of_nodes ? inputs.chips_per_node : 1;
  NetworkLevel torus{"torus", chips_per_unit, BytesPerSecond(0), config_.latency};
  for (const auto& side : sides) {
    torus.chips *= side.units;
    if (side.units == 1) {
      continue;
    }
    const auto link = side.link / static_cast<double>(chips_per_unit);
    torus.bandwidth += (side.wraps ? 2 : 1) * link;
    const auto uniform = uniform_bandwidth(link, side.units, side.wraps);
    torus.uniform_bandwidth = std::min(torus.uniform_bandwidth.value_or(uniform), uniform);
  }
  if (torus.uniform_bandwidth) {
    torus.uniform_bandwidth = std::min(*torus.uniform_bandwidth, torus.bandwidth);
    add_level(torus, inputs, levels_);
  }
}

void TorusNetwork::set_topology(const std::vector<Side>& sides, const NetworkInputs& inputs) {
  const auto chips = static_cast<double>(inputs.chips_per_node);
  topology_.shape = NetworkShape::Torus;
  topology_.node_bandwidth = inputs.scale_out_bandwidth * chips;
  topology_.tiers = {{inputs.nodes, topology_.node_bandwidth}};
  for (const auto& side : sides) {
    const auto nodes = side.units / side.in_node;
    // Every unit on the face of a node's block has a link to the neighbouring node.
    const auto face =
        config_.unit == TorusUnit::Node ? 1 : chips / static_cast<double>(side.in_node);
    const bool is_pair = nodes == 2 && side.wraps;  // the way round ends at the same node
    topology_.dimensions.push_back(
        {nodes, side.link * face * (is_pair ? 2 : 1), side.wraps && nodes > 2});
  }
  if (config_.unit == TorusUnit::Chip) {
    topology_.nodes_per_domain = topology_.nodes_per_torus();
  }
}

void TorusNetwork::size_for(const NetworkInputs& inputs) {
  const auto all_sides = sides(inputs);
  require_whole_tori(all_sides, inputs);
  auto within_node = inputs;
  within_node.scale_up_domain =
      config_.unit == TorusUnit::Node ? std::min(inputs.scale_up_domain, inputs.chips_per_node) : 1;
  add_scale_up(config_.scale_up, within_node, levels_, topology_);
  add_torus_level(all_sides, inputs);
  set_topology(all_sides, inputs);
  add_level({"scale-out", inputs.nodes * inputs.chips_per_node, inputs.scale_out_bandwidth,
             config_.port_latency},
            inputs, levels_);
}

}  // namespace tokenfab
