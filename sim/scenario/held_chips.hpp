// SPDX-License-Identifier: Apache-2.0
// Chips that jobs hold on each block of a cluster's nodes, over time: exact integers.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/instant.hpp"

namespace tokenfab {

class HeldChips {
 public:
  HeldChips(std::uint32_t nodes, std::uint32_t blocks) : nodes_(nodes), blocks_(blocks) {}

  /// So many thousandths of chips of the node more; fewer if negative.
  void add(std::uint32_t node, std::int64_t milli_chips, Instant now) {
    // The last block that begins at or before the node: the inverse of first_unit().
    const auto block = (std::uint64_t{node + 1} * blocks_.size() - 1) / nodes_;
    auto& held = blocks_[block];
    held.milli_ticks += (now - held.at).ticks() * held.milli_chips;
    held.at = now;
    held.milli_chips += milli_chips;
  }
  /// Thousandths of chips x ticks.
  Int128 until(std::size_t block, Instant now) const {
    const auto& held = blocks_[block];
    return held.milli_ticks + (now - held.at).ticks() * held.milli_chips;
  }

 private:
  struct Block {
    std::int64_t milli_chips = 0;
    Instant at;
    Int128 milli_ticks = 0;  // up to then
  };
  std::uint32_t nodes_;
  std::vector<Block> blocks_;
};

}  // namespace tokenfab
