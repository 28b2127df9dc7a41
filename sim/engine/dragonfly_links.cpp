// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/dragonfly_links.hpp"

#include <limits>

#include "sim/core/check.hpp"

namespace tokenfab::engine {

DragonflyLinks::DragonflyLinks(const NetworkTopology& topology, std::uint32_t nodes)
    : ClusterLinks(topology, {{nodes, topology.node_bandwidth}}, nodes),
      shape_(topology.dragonfly),
      routers_(static_cast<std::uint32_t>(shape_.routers_per_group)) {
  const auto per_group = static_cast<std::uint32_t>(shape_.nodes_per_router) * routers_;
  groups_ = (nodes + per_group - 1) / per_group;
  if (groups_ > 1) {
    per_pair_ = routers_ * static_cast<std::uint32_t>(shape_.global_links) / (groups_ - 1);
    CHECK(per_pair_ >= 1, "{} groups of {} routers with {} global links", groups_, routers_,
          shape_.global_links);
  }
  const std::uint64_t locals = std::uint64_t{groups_} * routers_ * routers_;
  const std::uint64_t globals = std::uint64_t{groups_} * groups_ * per_pair_;
  const auto end = tree().end() + locals + globals;
  CHECK(end <= std::numeric_limits<std::uint32_t>::max(), "{} links", end);
  first_local_ = static_cast<std::uint32_t>(tree().end());
  first_global_ = static_cast<std::uint32_t>(tree().end() + locals);
  end_ = static_cast<std::uint32_t>(end);
}

DragonflyLinks::Router DragonflyLinks::router_of(std::uint32_t node) const {
  const auto router = node / static_cast<std::uint32_t>(shape_.nodes_per_router);
  return {router / routers_, router % routers_};
}

DragonflyLinks::Router DragonflyLinks::gate(std::uint32_t group, std::uint32_t other,
                                            std::uint32_t which) const {
  // Global ports of a group in order of its routers lead to its peers in turn.
  const auto port = peer(group, other) + which * (groups_ - 1);
  return {group, port / static_cast<std::uint32_t>(shape_.global_links)};
}

std::uint32_t DragonflyLinks::local(const Router& from, const Router& to) const {
  return first_local_ + (from.group * routers_ + from.number) * routers_ + to.number;
}

std::uint32_t DragonflyLinks::global(std::uint32_t from, std::uint32_t to,
                                     std::uint32_t which) const {
  return first_global_ + (from * groups_ + to) * per_pair_ + which;
}

std::uint32_t DragonflyLinks::choose(const Router& from, const Router& to,
                                     std::uint32_t spread) const {
  std::uint32_t best = spread % per_pair_;
  std::uint32_t best_hops = 3;
  for (std::uint32_t i = 0; i < per_pair_ && best_hops > 0; ++i) {
    const auto which = (spread + i) % per_pair_;
    const auto hops = (gate(from.group, to.group, which) == from ? 0U : 1U) +
                      (gate(to.group, from.group, which) == to ? 0U : 1U);
    if (hops < best_hops) {
      best = which;
      best_hops = hops;
    }
  }
  return best;
}

void DragonflyLinks::route(std::uint32_t from_node, std::uint32_t to_node,
                           std::vector<std::uint32_t>& links) const {
  if (fabrics().joins(from_node, to_node)) {
    fabrics().route(from_node, to_node, links);
    return;
  }
  const auto from = router_of(from_node);
  const auto to = router_of(to_node);
  const auto pass = [&](const Router& a, const Router& b) {
    if (a != b) {
      links.push_back(local(a, b));
    }
  };
  tree().route_out(from_node, links);
  if (from.group == to.group) {
    pass(from, to);
  } else {
    const auto which = choose(from, to, from_node + to_node);
    pass(from, gate(from.group, to.group, which));
    links.push_back(global(from.group, to.group, which));
    pass(gate(to.group, from.group, which), to);
  }
  tree().route_in(to_node, links);
}

BytesPerSecond DragonflyLinks::capacity(std::uint32_t link) const {
  CHECK(link < end_, "link {}", link);
  if (link >= first_global_) {
    return shape_.global_link;
  }
  if (link >= first_local_) {
    return shape_.local_link;
  }
  return ClusterLinks::capacity(link);
}

std::vector<bool> DragonflyLinks::used_by(std::span<const std::uint32_t> nodes) const {
  auto used = ClusterLinks::used_by(nodes);
  std::vector<bool> has_flows(groups_, false);
  for (const auto node : nodes) {
    has_flows[router_of(node).group] = true;
  }
  for (std::uint32_t group = 0; group < groups_; ++group) {
    for (std::uint32_t i = 0; i < routers_ * routers_ && has_flows[group]; ++i) {
      const Router from{group, i / routers_};
      const Router to{group, i % routers_};
      used[local(from, to)] = from != to;
    }
    for (std::uint32_t other = 0; other < groups_ && has_flows[group]; ++other) {
      for (std::uint32_t i = 0; i < per_pair_ && other != group && has_flows[other]; ++i) {
        used[global(group, other, i)] = true;
      }
    }
  }
  return used;
}

}  // namespace tokenfab::engine
