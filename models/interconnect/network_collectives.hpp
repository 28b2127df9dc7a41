// SPDX-License-Identifier: Apache-2.0
// Collectives over the levels of a network, in closed form.
//
// An algorithm is a pattern: for every level that the group spreads over, message steps and the
// bytes that its slowest rank or port sends. Rings and trees run through all levels at once, so the
// slowest level sets the pace; hierarchical and halving-doubling go level by level. The library's
// constants (models/chip/collective_library.hpp) turn patterns into seconds.
// Left out: contention with other traffic (flow_collectives.hpp).
#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "models/interconnect/collective_pattern.hpp"
#include "sim/api/collective.hpp"
#include "sim/api/network.hpp"

namespace tokenfab {

/// How a collective is done.
struct CollectiveChoice {
  CollectiveAlgorithm algorithm = CollectiveAlgorithm::Ring;
  CollectivePattern pattern;
  MessageProtocol protocol = MessageProtocol::Large;
  PatternTime time;
};

class NetworkCollectives : public CollectiveTimes {
 public:
  /// Throws std::invalid_argument for levels that do not nest and for algorithms that there are
  /// none of.
  NetworkCollectives(std::vector<NetworkLevel> levels, CollectiveLibraryConfig library,
                     CollectiveAlgorithm algorithm = CollectiveAlgorithm::Auto);

  Seconds time(CollectiveKind kind, const ChipGroup& group, Bytes size) const override;

  /// What `time` has chosen; not for groups of one.
  CollectiveChoice choose(CollectiveKind kind, const ChipGroup& group, Bytes size) const;

  const std::vector<NetworkLevel>& levels() const { return levels_; }
  const CollectiveLibraryConfig& library() const { return library_; }

 private:
  std::vector<NetworkLevel> levels_;
  CollectiveLibraryConfig library_;
  std::vector<CollectiveAlgorithm> algorithms_;
  using Question = std::tuple<CollectiveKind, ChipGroup, double>;
  mutable std::map<Question, Seconds> answers_;
};

}  // namespace tokenfab
