// SPDX-License-Identifier: Apache-2.0
// How the ranks of a group spread over the levels of a network.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/api/collective.hpp"
#include "sim/api/network.hpp"

namespace tokenfab {

/// A level over which ranks of the group meet.
struct SpreadLevel {
  std::size_t level = 0;         // of the network
  std::int64_t ranks_below = 1;  // of the group, in one part of what lies below
  std::int64_t ranks = 1;        // of the group, in one part of this level
  std::int64_t parts_below = 1;  // that the group's ranks fill, in all
  std::int64_t parts = 1;        // of this level, in all
  bool is_scale_up() const { return level == 0; }
  /// Parts that one part of this level joins.
  std::int64_t joined() const { return (parts_below + parts - 1) / parts; }
};

/// From the inside outwards; empty for a group of one. A part holds as many ranks as it has chips
/// per stride, at least one; what does not come out even makes one more part.
std::vector<SpreadLevel> group_spread(const std::vector<NetworkLevel>& levels,
                                      const ChipGroup& group);

}  // namespace tokenfab
