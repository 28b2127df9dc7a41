// SPDX-License-Identifier: Apache-2.0
// Which chips of a cluster are free. Whole chips of a node are counted, not told apart; a chip that
// jobs share has a number on its node and keeps what is left of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "models/scheduler/job_node_set.hpp"
#include "models/scheduler/job_parts.hpp"

namespace tokenfab {

class ChipInventory {
 public:
  void start(const PlacementInputs& inputs);

  const PlacementInputs& inputs() const { return inputs_; }
  std::uint32_t chips_per_node() const { return inputs_.chips_per_node; }
  /// Whole free chips; 0 of a node out of service.
  std::uint32_t free_of(std::uint32_t node) const {
    return nodes_[node].is_in_service ? nodes_[node].free : 0;
  }
  bool is_in_service(std::uint32_t node) const { return nodes_[node].is_in_service; }
  /// Nodes in service with so many whole free chips.
  const NodeSet& with_free(std::uint32_t chips) const { return by_free_[chips]; }
  std::uint32_t nodes_with_free(std::uint32_t chips) const { return counts_[chips]; }
  std::uint32_t free_nodes() const { return counts_[chips_per_node()]; }
  std::uint32_t domains() const { return static_cast<std::uint32_t>(free_in_domain_.size()); }
  std::uint32_t free_nodes_in(std::uint32_t domain) const { return free_in_domain_[domain]; }

  struct SharedChip {
    std::uint32_t node = 0;
    std::uint32_t chip = 0;
    friend auto operator<=>(const SharedChip&, const SharedChip&) = default;
  };
  /// Of nodes in service, what is left of each shared chip -> which those are, in order.
  using SharedChips = std::map<ChipParts, std::vector<SharedChip>>;
  const SharedChips& shared() const { return shared_; }

  void take(std::uint32_t node, std::uint32_t chips);
  void give(std::uint32_t node, std::uint32_t chips);
  /// Takes a part of shared chip `chip`, or of a whole free one that is shared from now on (none).
  std::uint32_t take_part(std::uint32_t node, std::optional<std::uint32_t> chip, ChipParts parts);
  void give_part(std::uint32_t node, std::uint32_t chip, ChipParts parts);
  void set_in_service(std::uint32_t node, bool is_in_service);

  double free_chips() const { return chips_of(free_parts_); }
  double fragmentation() const;

 private:
  struct Node {
    std::uint32_t free = 0;
    bool is_in_service = true;
    std::map<std::uint32_t, ChipParts> shared;  // chip -> what is left
    ChipParts free_parts() const;
  };

  void list(std::uint32_t node);
  void unlist(std::uint32_t node);

  PlacementInputs inputs_;
  std::vector<Node> nodes_;
  std::vector<NodeSet> by_free_;
  std::vector<std::uint32_t> counts_;
  std::vector<std::uint32_t> free_in_domain_;  // entirely free nodes
  SharedChips shared_;
  ChipParts free_parts_ = 0;
};

}  // namespace tokenfab
