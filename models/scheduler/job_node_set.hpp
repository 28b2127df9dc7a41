// SPDX-License-Identifier: Apache-2.0
// A set of nodes as bits, with a bit above every 64 of them and another above every 64 of those:
// the next member is three steps away in a million nodes.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace tokenfab {

class NodeSet {
 public:
  explicit NodeSet(std::uint32_t nodes = 0) {
    for (auto& level : levels_) {
      nodes = nodes / 64 + 1;
      level.assign(nodes, 0);
    }
  }

  void insert(std::uint32_t node) {
    for (auto& level : levels_) {
      if (std::exchange(level[node / 64], level[node / 64] | bit(node)) != 0) {
        return;
      }
      node /= 64;
    }
  }

  void erase(std::uint32_t node) {
    for (auto& level : levels_) {
      level[node / 64] &= ~bit(node);
      if (level[node / 64] != 0) {
        return;
      }
      node /= 64;
    }
  }

  bool contains(std::uint32_t node) const { return (levels_[0][node / 64] & bit(node)) != 0; }

  /// The first member from `node` on.
  std::optional<std::uint32_t> next(std::uint32_t node) const {
    std::size_t level = 0;
    for (;; ++level) {
      if (level == levels_.size()) {
        return next_on_top(node);
      }
      if (node / 64 >= levels_[level].size()) {
        return std::nullopt;
      }
      if (const auto rest = levels_[level][node / 64] & (~std::uint64_t{0} << (node % 64))) {
        return descend(level, node / 64 * 64 + first_bit(rest));
      }
      node = node / 64 + 1;
    }
  }

 private:
  static std::uint64_t bit(std::uint32_t node) { return std::uint64_t{1} << (node % 64); }
  static std::uint32_t first_bit(std::uint64_t word) {
    return static_cast<std::uint32_t>(std::countr_zero(word));
  }

  /// The first node below member `index` of a level.
  std::uint32_t descend(std::size_t level, std::uint32_t index) const {
    for (; level > 0; --level) {
      index = index * 64 + first_bit(levels_[level - 1][index]);
    }
    return index;
  }

  /// From word `word` of the top level on; more than one word beyond 262,144 nodes.
  std::optional<std::uint32_t> next_on_top(std::uint32_t word) const {
    const auto& top = levels_.back();
    for (; word < top.size(); ++word) {
      if (top[word] != 0) {
        return descend(levels_.size() - 1, word * 64 + first_bit(top[word]));
      }
    }
    return std::nullopt;
  }

  std::array<std::vector<std::uint64_t>, 3> levels_;
};

}  // namespace tokenfab
