// SPDX-License-Identifier: Apache-2.0
#include "models/interconnect/group_spread.hpp"

#include <algorithm>

namespace tokenfab {

std::vector<SpreadLevel> group_spread(const std::vector<NetworkLevel>& levels,
                                      const ChipGroup& group) {
  std::vector<SpreadLevel> spread;
  std::int64_t below = 1;
  const auto parts_of = [&group](std::int64_t ranks) { return (group.ranks + ranks - 1) / ranks; };
  for (std::size_t k = 0; k < levels.size(); ++k) {
    // The last level holds the whole cluster, whatever its chips say of the group.
    const auto fitting = std::clamp<std::int64_t>(levels[k].chips / group.stride, 1, group.ranks);
    const auto ranks = k + 1 == levels.size() ? group.ranks : std::max(fitting, below);
    if (ranks > below) {
      spread.push_back({k, below, ranks, parts_of(below), parts_of(ranks)});
      below = ranks;
    }
  }
  return spread;
}

}  // namespace tokenfab
