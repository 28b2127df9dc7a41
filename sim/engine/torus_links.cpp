// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/torus_links.hpp"

#include <algorithm>
#include <limits>

#include "sim/core/check.hpp"

namespace tokenfab::engine {

TorusLinks::TorusLinks(const NetworkTopology& topology, std::uint32_t nodes)
    : ClusterLinks(topology, {{nodes, topology.node_bandwidth}}, nodes),
      dimensions_(topology.dimensions),
      nodes_(nodes),
      nodes_per_torus_(static_cast<std::uint32_t>(topology.nodes_per_torus())) {
  CHECK(nodes % nodes_per_torus_ == 0, "{} nodes in tori of {}", nodes, nodes_per_torus_);
  const std::uint64_t end = tree().end() + std::uint64_t{2} * nodes * dimensions_.size();
  CHECK(end <= std::numeric_limits<std::uint32_t>::max(), "{} links", end);
  first_ = static_cast<std::uint32_t>(tree().end());
  end_ = static_cast<std::uint32_t>(end);
}

TorusLinks::Step TorusLinks::steps(const NetworkTopology::Dimension& dimension, std::int64_t from,
                                   std::int64_t to, bool ties_go_up) {
  if (!dimension.wraps) {
    return {std::abs(to - from), to > from};
  }
  const auto up = (to - from + dimension.nodes) % dimension.nodes;
  const auto down = dimension.nodes - up;
  if (up == down) {
    return {up, ties_go_up};
  }
  return {std::min(up, down), up < down};
}

std::uint32_t TorusLinks::link(std::uint32_t node, std::size_t dimension, bool is_up) const {
  return first_ + static_cast<std::uint32_t>(2 * (node * dimensions_.size() + dimension)) +
         (is_up ? 0 : 1);
}

std::int64_t TorusLinks::coordinate_sum(std::int64_t node) const {
  std::int64_t sum = 0;
  for (const auto& dimension : dimensions_) {
    sum += node % dimension.nodes;
    node /= dimension.nodes;
  }
  return sum;
}

void TorusLinks::route(std::uint32_t from_node, std::uint32_t to_node,
                       std::vector<std::uint32_t>& links) const {
  if (from_node == to_node) {
    fabrics().route(from_node, to_node, links);
    return;
  }
  if (from_node / nodes_per_torus_ != to_node / nodes_per_torus_) {
    tree().route(from_node, to_node, links);
    return;
  }
  const auto parity = coordinate_sum(from_node) + coordinate_sum(to_node);
  std::int64_t at = from_node;
  std::int64_t stride = 1;
  for (std::size_t i = 0; i < dimensions_.size(); ++i) {
    const auto& dimension = dimensions_[i];
    auto coordinate = at / stride % dimension.nodes;
    const auto target = to_node / stride % dimension.nodes;
    for (auto way = steps(dimension, coordinate, target, (parity - target) % 2 == 0); way.count > 0;
         --way.count) {
      links.push_back(link(static_cast<std::uint32_t>(at), i, way.is_up));
      const auto next = (coordinate + (way.is_up ? 1 : dimension.nodes - 1)) % dimension.nodes;
      at += (next - coordinate) * stride;
      coordinate = next;
    }
    stride *= dimension.nodes;
  }
}

BytesPerSecond TorusLinks::capacity(std::uint32_t link) const {
  CHECK(link < end_, "link {}", link);
  if (link >= first_) {
    return dimensions_[(link - first_) / 2 % dimensions_.size()].link;
  }
  return ClusterLinks::capacity(link);
}

std::vector<bool> TorusLinks::used_by(std::span<const std::uint32_t> nodes) const {
  auto used = ClusterLinks::used_by(nodes);
  std::vector<bool> tori(nodes_ / nodes_per_torus_, false);
  for (const auto node : nodes) {
    tori[node / nodes_per_torus_] = true;
  }
  for (std::uint32_t node = 0; node < nodes_; ++node) {
    for (std::size_t i = 0; i < dimensions_.size() && tori[node / nodes_per_torus_]; ++i) {
      // The links at the edges of a mesh lead nowhere.
      auto stride = std::int64_t{1};
      for (std::size_t j = 0; j < i; ++j) {
        stride *= dimensions_[j].nodes;
      }
      const auto coordinate = node / stride % dimensions_[i].nodes;
      used[link(node, i, true)] = dimensions_[i].wraps || coordinate + 1 < dimensions_[i].nodes;
      used[link(node, i, false)] = dimensions_[i].wraps || coordinate > 0;
    }
  }
  return used;
}

}  // namespace tokenfab::engine
