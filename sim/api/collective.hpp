// SPDX-License-Identifier: Apache-2.0
// Collectives between the chips of a job, as the cost functions of training and serving ask for
// them. Whoever answers knows the network; whoever asks knows the groups.
#pragma once

#include <compare>
#include <cstdint>

#include "sim/core/units.hpp"

namespace tokenfab {

enum class CollectiveKind { AllReduce, ReduceScatter, AllGather, AllToAll, Broadcast, SendReceive };

/// One of the equal groups that a job's chips divide into: rank i is chip `first + i * stride`.
/// Every chip belongs to one such group and all groups communicate at once, so the ranks of a group
/// share nothing with the other groups but the links they have in common.
struct ChipGroup {
  std::int64_t ranks = 1;
  std::int64_t stride = 1;  // in chips, numbered node by node

  friend constexpr auto operator<=>(const ChipGroup&, const ChipGroup&) = default;
};

class CollectiveTimes {
 public:
  virtual ~CollectiveTimes() = default;
  /// `size`: the whole buffer: what every rank holds before an all-reduce or a reduce-scatter,
  /// after an all-gather or a broadcast; what one rank sends in all in an all-to-all, its own part
  /// included; the message of a send-receive, in which rank i sends to rank i + 1. Zero for a group
  /// of one.
  virtual Seconds time(CollectiveKind kind, const ChipGroup& group, Bytes size) const = 0;
};

}  // namespace tokenfab
