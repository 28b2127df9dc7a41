// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "models/scheduler/job_placement.hpp"

namespace tokenfab {
namespace {

/// A domain or a leaf with free nodes.
struct Group {
  std::uint32_t number = 0;
  std::uint32_t free = 0;
};

/// How many nodes come from which groups: from the fewest, the fullest ones entirely, and the last
/// one as small as will do. Equals go by number.
std::vector<Group> fewest(std::vector<Group> groups, std::uint32_t count) {
  std::stable_sort(groups.begin(), groups.end(),
                   [](const Group& a, const Group& b) { return a.free > b.free; });
  std::size_t whole = 0;
  while (whole < groups.size() && groups[whole].free <= count) {
    count -= groups[whole++].free;
  }
  if (count > 0) {
    std::size_t last = whole;
    for (std::size_t i = whole; i < groups.size() && groups[i].free >= count; ++i) {
      last = groups[i].free < groups[last].free ? i : last;
    }
    groups[whole++] = {groups[last].number, count};
  }
  groups.resize(whole);
  return groups;
}

/// Whether the groups hold `count` in one: then that one with the fewest free nodes, else all.
std::vector<Group> in_one(const std::vector<Group>& groups, std::uint32_t count) {
  const Group* best = nullptr;
  for (const Group& group : groups) {
    if (group.free >= count && (best == nullptr || group.free < best->free)) {
      best = &group;
    }
  }
  return best == nullptr ? groups : std::vector<Group>{*best};
}

/// The domain stands in the leaf of its first node, which it leaves only where the numbers of
/// nodes in a leaf and in a domain do not divide.
std::uint32_t leaf_of(std::uint32_t domain, const PlacementInputs& inputs) {
  return domain * inputs.nodes_per_domain /
         std::max(inputs.nodes_per_leaf, inputs.nodes_per_domain);
}

}  // namespace

/// Where a domain is a node it says nothing, and leaves take its place.
void TopologyAware::start(const PlacementInputs& inputs) {
  PlacementInputs grouped = inputs;
  grouped.nodes_per_domain =
      inputs.nodes_per_domain == 1 ? inputs.nodes_per_leaf : inputs.nodes_per_domain;
  InventoryPlacement::start(grouped);
}

void TopologyAware::choose_nodes(std::uint32_t count, std::vector<std::uint32_t>& nodes) const {
  const PlacementInputs& inputs = inventory().inputs();
  std::vector<Group> domains;
  std::vector<Group> leaves;
  for (std::uint32_t domain = 0; domain < inventory().domains(); ++domain) {
    if (const std::uint32_t free = inventory().free_nodes_in(domain)) {
      domains.push_back({domain, free});
      const std::uint32_t leaf = leaf_of(domain, inputs);
      if (leaves.empty() || leaves.back().number != leaf) {
        leaves.push_back({leaf, 0});
      }
      leaves.back().free += free;
    }
  }
  const auto take = [&](const std::vector<Group>& from, std::uint32_t wanted) {
    const NodeSet& free = inventory().with_free(inventory().chips_per_node());
    for (const Group& part : fewest(from, wanted)) {
      auto node = free.next(part.number * inputs.nodes_per_domain);
      for (std::uint32_t i = 0; i < part.free; ++i, node = free.next(*node + 1)) {
        nodes.push_back(*node);
      }
    }
  };
  if (const auto one = in_one(domains, count); one.size() == 1) {
    return take(one, count);
  }
  for (const Group& leaf : fewest(in_one(leaves, count), count)) {
    std::vector<Group> inside;
    std::copy_if(
        domains.begin(), domains.end(), std::back_inserter(inside),
        [&](const Group& domain) { return leaf_of(domain.number, inputs) == leaf.number; });
    take(inside, leaf.free);
  }
}

}  // namespace tokenfab
