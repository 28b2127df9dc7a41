// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/job_inventory.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace tokenfab {

void ChipInventory::start(const PlacementInputs& inputs) {
  CHECK(inputs.nodes > 0 && inputs.chips_per_node > 0 && inputs.nodes_per_domain > 0,
        "{} nodes of {} chips", inputs.nodes, inputs.chips_per_node);
  inputs_ = inputs;
  Node idle;
  idle.free = inputs.chips_per_node;
  nodes_.assign(inputs.nodes, idle);
  by_free_.assign(inputs.chips_per_node + std::size_t{1}, NodeSet(inputs.nodes));
  counts_.assign(inputs.chips_per_node + std::size_t{1}, 0);
  free_in_domain_.assign((inputs.nodes - 1) / inputs.nodes_per_domain + std::size_t{1}, 0);
  shared_.clear();
  free_parts_ = 0;
  for (std::uint32_t node = 0; node < inputs.nodes; ++node) {
    list(node);
  }
}

ChipParts ChipInventory::Node::free_parts() const {
  ChipParts parts = free * parts_per_chip;
  for (const auto& [chip, left] : shared) {
    parts += left;
  }
  return parts;
}

/// Enters what is free on the node in the tables of the cluster.
void ChipInventory::list(std::uint32_t number) {
  const Node& node = nodes_[number];
  if (!node.is_in_service) {
    return;
  }
  by_free_[node.free].insert(number);
  ++counts_[node.free];
  free_in_domain_[number / inputs_.nodes_per_domain] += node.free == chips_per_node() ? 1 : 0;
  free_parts_ += node.free_parts();
  for (const auto& [chip, left] : node.shared) {
    auto& same = shared_[left];
    const SharedChip entry{number, chip};
    same.insert(std::lower_bound(same.begin(), same.end(), entry), entry);
  }
}

void ChipInventory::unlist(std::uint32_t number) {
  const Node& node = nodes_[number];
  if (!node.is_in_service) {
    return;
  }
  by_free_[node.free].erase(number);
  --counts_[node.free];
  free_in_domain_[number / inputs_.nodes_per_domain] -= node.free == chips_per_node() ? 1 : 0;
  free_parts_ -= node.free_parts();
  for (const auto& [chip, left] : node.shared) {
    const auto same = shared_.find(left);
    std::erase(same->second, SharedChip{number, chip});
    if (same->second.empty()) {
      shared_.erase(same);
    }
  }
}

void ChipInventory::take(std::uint32_t number, std::uint32_t chips) {
  CHECK(chips <= free_of(number), "{} of {} chips of node {}", chips, free_of(number), number);
  unlist(number);
  nodes_[number].free -= chips;
  list(number);
}

void ChipInventory::give(std::uint32_t number, std::uint32_t chips) {
  Node& node = nodes_[number];
  CHECK(node.free + node.shared.size() + chips <= chips_per_node(), "{} chips back to node {}",
        chips, number);
  unlist(number);
  node.free += chips;
  list(number);
}

std::uint32_t ChipInventory::take_part(std::uint32_t number, std::optional<std::uint32_t> chip,
                                       ChipParts parts) {
  Node& node = nodes_[number];
  unlist(number);
  if (!chip) {
    CHECK(node.free > 0, "no free chip on node {}", number);
    --node.free;
    chip = 0;
    while (node.shared.contains(*chip)) {
      ++*chip;
    }
    node.shared[*chip] = parts_per_chip;
  }
  ChipParts& left = node.shared.at(*chip);
  CHECK(parts <= left, "{} of {} parts of node {} chip {}", parts, left, number, *chip);
  left -= parts;
  list(number);
  return *chip;
}

void ChipInventory::give_part(std::uint32_t number, std::uint32_t chip, ChipParts parts) {
  Node& node = nodes_[number];
  unlist(number);
  ChipParts& left = node.shared.at(chip);
  left += parts;
  CHECK(left <= parts_per_chip, "{} parts of node {} chip {}", left, number, chip);
  if (left == parts_per_chip) {
    node.shared.erase(chip);
    ++node.free;
  }
  list(number);
}

void ChipInventory::set_in_service(std::uint32_t number, bool is_in_service) {
  unlist(number);
  nodes_[number].is_in_service = is_in_service;
  list(number);
}

double ChipInventory::fragmentation() const {
  const ChipParts whole = ChipParts{free_nodes()} * chips_per_node() * parts_per_chip;
  return free_parts_ == 0
             ? 0
             : static_cast<double>(free_parts_ - whole) / static_cast<double>(free_parts_);
}

}  // namespace tokenfab
