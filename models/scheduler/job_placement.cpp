// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/job_placement.hpp"

#include <algorithm>

#include "models/scheduler/job_defragment.hpp"

namespace tokenfab {

bool InventoryPlacement::place(const JobDemand& demand, std::vector<NodeChips>& chips) {
  chips.clear();
  if (demand.chip_share < 1) {
    return place_part(parts_of(demand), chips);
  }
  const std::int64_t per_node = inventory_.chips_per_node();
  const std::int64_t whole = demand.chips / per_node;
  const auto rest = static_cast<std::uint32_t>(demand.chips % per_node);
  if (whole > inventory_.free_nodes()) {
    return false;
  }
  nodes_.clear();
  chips.reserve(static_cast<std::size_t>(whole) + (rest > 0 ? 1 : 0));
  if (whole > 0) {
    choose_nodes(static_cast<std::uint32_t>(whole), nodes_);
    if (!std::is_sorted(nodes_.begin(), nodes_.end())) {
      std::sort(nodes_.begin(), nodes_.end());
    }
  }
  for (const std::uint32_t node : nodes_) {
    inventory_.take(node, inventory_.chips_per_node());
    chips.push_back({node, inventory_.chips_per_node(), 0});
  }
  if (rest == 0) {
    return true;
  }
  const auto node = choose_node(rest);
  if (!node) {
    release(chips, 1);
    chips.clear();
    return false;
  }
  inventory_.take(*node, rest);
  chips.insert(std::lower_bound(chips.begin(), chips.end(), *node,
                                [](const NodeChips& a, std::uint32_t b) { return a.node < b; }),
               {*node, rest, 0});
  return true;
}

bool InventoryPlacement::place_part(ChipParts parts, std::vector<NodeChips>& chips) {
  if (const auto spot = choose_shared(parts)) {
    inventory_.take_part(spot->node, spot->chip, parts);
    chips.push_back({spot->node, 1, spot->chip});
    return true;
  }
  const auto node = choose_node(1);
  if (!node) {
    return false;
  }
  chips.push_back({*node, 1, inventory_.take_part(*node, std::nullopt, parts)});
  return true;
}

void InventoryPlacement::release(std::span<const NodeChips> chips, double chip_share) {
  for (const NodeChips& held : chips) {
    if (chip_share < 1) {
      inventory_.give_part(held.node, held.chip, parts_of_share(chip_share));
    } else {
      inventory_.give(held.node, held.chips);
    }
  }
}

std::vector<JobIndex> InventoryPlacement::moves_for(const JobDemand& waiting,
                                                    std::span<const PlacedJob> placed) const {
  std::vector<bool> is_in_service(inventory_.inputs().nodes);
  for (std::uint32_t node = 0; node < is_in_service.size(); ++node) {
    is_in_service[node] = inventory_.is_in_service(node);
  }
  const std::int64_t nodes = waiting.chips / inventory_.chips_per_node();
  return defragmenting_moves(inventory_.inputs(), is_in_service, placed,
                             static_cast<std::uint32_t>(nodes));
}

void InventoryPlacement::choose_nodes(std::uint32_t count,
                                      std::vector<std::uint32_t>& nodes) const {
  const NodeSet& free = inventory_.with_free(inventory_.chips_per_node());
  for (auto node = free.next(0); count > 0; node = free.next(*node + 1)) {
    nodes.push_back(*node);
    --count;
  }
}

std::optional<std::uint32_t> InventoryPlacement::choose_node(std::uint32_t chips) const {
  for (std::uint32_t free = chips; free <= inventory_.chips_per_node(); ++free) {
    if (inventory_.nodes_with_free(free) > 0) {
      return inventory_.with_free(free).next(0);
    }
  }
  return std::nullopt;
}

std::optional<ChipInventory::SharedChip> InventoryPlacement::choose_shared(ChipParts parts) const {
  const auto found = inventory_.shared().lower_bound(parts);
  return found == inventory_.shared().end() ? std::nullopt : std::optional(found->second.front());
}

std::optional<std::uint32_t> FirstFit::choose_node(std::uint32_t chips) const {
  std::optional<std::uint32_t> first;
  for (std::uint32_t free = chips; free <= inventory().chips_per_node(); ++free) {
    if (inventory().nodes_with_free(free) > 0) {
      const auto node = inventory().with_free(free).next(0);
      first = first ? std::min(first, node) : node;
    }
  }
  return first;
}

std::optional<ChipInventory::SharedChip> FirstFit::choose_shared(ChipParts parts) const {
  std::optional<ChipInventory::SharedChip> first;
  const auto& shared = inventory().shared();
  for (auto same = shared.lower_bound(parts); same != shared.end(); ++same) {
    first = first ? std::min(*first, same->second.front()) : same->second.front();
  }
  return first;
}

}  // namespace tokenfab
