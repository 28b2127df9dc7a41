// SPDX-License-Identifier: Apache-2.0
// From content numbers to node numbers: a hash table with linear probing, because a prompt of many
// blocks is looked up block by block at every replica (std::unordered_map spent a third of a run on
// it; Debian 12 has no flat map of Boost's). Contents are mixed numbers already, so their low bits
// are the hash.
#pragma once

#include <cstdint>
#include <vector>

namespace tokenfab {

class ContentIndex {
 public:
  static constexpr std::uint32_t none = 0xffffffffU;

  ContentIndex() { clear(); }

  std::uint32_t find(std::uint64_t content) const {
    auto place = content & mask_;
    while (places_[place].node != none && places_[place].content != content) {
      place = (place + 1) & mask_;
    }
    return places_[place].node;
  }

  /// The content must not be there yet.
  void insert(std::uint64_t content, std::uint32_t node) {
    if (2 * (size_ + 1) > places_.size()) {
      grow();
    }
    ++size_;
    put({content, node});
  }

  /// The content must be there.
  void erase(std::uint64_t content) {
    auto hole = content & mask_;
    while (places_[hole].content != content || places_[hole].node == none) {
      hole = (hole + 1) & mask_;
    }
    // Entries behind the hole move up unless that would put them before their own place.
    for (auto next = (hole + 1) & mask_; places_[next].node != none; next = (next + 1) & mask_) {
      const auto home = places_[next].content & mask_;
      if (((next - home) & mask_) >= ((next - hole) & mask_)) {
        places_[hole] = places_[next];
        hole = next;
      }
    }
    places_[hole].node = none;
    --size_;
  }

  void clear() {
    places_.assign(16, {});
    mask_ = places_.size() - 1;
    size_ = 0;
  }

 private:
  struct Place {
    std::uint64_t content = 0;
    std::uint32_t node = none;
  };

  void put(const Place& entry) {
    auto place = entry.content & mask_;
    while (places_[place].node != none) {
      place = (place + 1) & mask_;
    }
    places_[place] = entry;
  }

  void grow() {
    auto old = std::vector<Place>(2 * places_.size());
    old.swap(places_);
    mask_ = places_.size() - 1;
    for (const auto& entry : old) {
      if (entry.node != none) {
        put(entry);
      }
    }
  }

  std::vector<Place> places_;
  std::uint64_t mask_ = 0;
  std::size_t size_ = 0;
};

}  // namespace tokenfab
