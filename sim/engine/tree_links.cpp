// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/tree_links.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace tokenfab::engine {

TreeLinks::TreeLinks(const std::vector<NetworkTopology::Tier>& tiers, std::uint32_t nodes,
                     std::uint64_t first)
    : end_(first) {
  std::uint64_t nodes_below = 1;
  for (const auto& tier : tiers) {
    CHECK(tier.parts >= 1 && tier.uplink.si() > 0, "a tier of {} parts at {} B/s", tier.parts,
          tier.uplink.si());
    tiers_.push_back({nodes_below, end_, tier.uplink});
    end_ += 2 * ((nodes + nodes_below - 1) / nodes_below);
    nodes_below *= static_cast<std::uint64_t>(tier.parts);
  }
}

BytesPerSecond TreeLinks::capacity(std::uint32_t link) const {
  const auto above = std::find_if(tiers_.rbegin(), tiers_.rend(),
                                  [link](const Tier& tier) { return tier.first <= link; });
  CHECK(above != tiers_.rend() && link < end_, "link {}", link);
  return above->uplink;
}

void TreeLinks::route(std::uint32_t from, std::uint32_t to,
                      std::vector<std::uint32_t>& links) const {
  std::size_t height = 0;
  for (; height < tiers_.size() && !below(tiers_[height], from, to); ++height) {
    links.push_back(tiers_[height].up(from));
  }
  while (height > 0) {
    links.push_back(tiers_[--height].down(to));
  }
}

void TreeLinks::route_out(std::uint32_t node, std::vector<std::uint32_t>& links) const {
  for (const auto& tier : tiers_) {
    links.push_back(tier.up(node));
  }
}

void TreeLinks::route_in(std::uint32_t node, std::vector<std::uint32_t>& links) const {
  for (auto tier = tiers_.rbegin(); tier != tiers_.rend(); ++tier) {
    links.push_back(tier->down(node));
  }
}

}  // namespace tokenfab::engine
