// SPDX-License-Identifier: Apache-2.0
// Links of a two-tier tree: a fabric and a port per node, an uplink per leaf, two ways each.
#pragma once

#include "sim/api/link_routes.hpp"

namespace tokenfab::testing {

struct TreeRoutes : LinkRoutes {
  std::uint32_t nodes = 1;
  std::uint32_t nodes_per_leaf = 1;
  BytesPerSecond fabric;
  BytesPerSecond port;
  BytesPerSecond uplink;

  void route(std::uint32_t from, std::uint32_t to, std::vector<std::uint32_t>& out) const override {
    if (from == to) {
      out.push_back(from);
      return;
    }
    out.push_back(nodes + 2 * from);
    const auto leaf_from = from / nodes_per_leaf;
    const auto leaf_to = to / nodes_per_leaf;
    if (leaf_from != leaf_to) {
      out.push_back(3 * nodes + 2 * leaf_from);
      out.push_back(3 * nodes + 2 * leaf_to + 1);
    }
    out.push_back(nodes + 2 * to + 1);
  }
  BytesPerSecond capacity(std::uint32_t link) const override {
    return link < nodes ? fabric : link < 3 * nodes ? port : uplink;
  }
  std::uint32_t links() const override { return 5 * nodes + 2; }
};

}  // namespace tokenfab::testing
