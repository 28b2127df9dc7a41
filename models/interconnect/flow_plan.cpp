// SPDX-License-Identifier: Apache-2.0
#include "models/interconnect/flow_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>
#include <stdexcept>
#include <tuple>

#include "models/interconnect/domain_runs.hpp"

namespace tokenfab {
namespace {

using enum CollectiveKind;

/// Equal flows between two nodes are one class.
class FlowClasses {
 public:
  void add(std::uint32_t from, std::uint32_t to, Bytes size, BytesPerSecond bound,
           std::int64_t count = 1) {
    flows_.push_back({from, to, size, count, bound});
    if (flows_.size() > 2 * merged_ + 4096) {
      merge();
    }
  }
  std::vector<FlowClass> take() {
    merge();
    return std::move(flows_);
  }

 private:
  static auto key(const FlowClass& flow) {
    return std::tuple(flow.from_node, flow.to_node, flow.size.si(), flow.bound.si());
  }
  void merge() {
    std::sort(flows_.begin(), flows_.end(),
              [](const auto& a, const auto& b) { return key(a) < key(b); });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < flows_.size(); ++i) {
      if (kept > 0 && key(flows_[kept - 1]) == key(flows_[i])) {
        flows_[kept - 1].count += flows_[i].count;
      } else {
        flows_[kept++] = flows_[i];
      }
    }
    flows_.resize(kept);
    merged_ = kept;
  }
  std::vector<FlowClass> flows_;
  std::size_t merged_ = 0;
};

class Planner {
 public:
  Planner(const CollectiveChoice& choice, CollectiveKind kind, const ChipGroup& group, Bytes size,
          const ChipNodes& nodes, std::int64_t nodes_per_domain,
          const NetworkCollectives& collectives)
      : choice_(choice),
        kind_(kind),
        group_(group),
        size_(size),
        nodes_(nodes),
        nodes_per_domain_(nodes_per_domain),
        levels_(collectives.levels()),
        library_(collectives.library()) {}

  FlowPlan plan() {
    FlowPlan plan{choice_.time.latency, {}};
    if (choice_.pattern.is_pipelined) {
      plan.phases.push_back(pipelined());
    } else if (choice_.algorithm == CollectiveAlgorithm::HalvingDoubling) {
      plan.phases = halving_doubling();
    } else {
      plan.phases = level_by_level();
    }
    return plan;
  }

 private:
  using Flows = std::vector<FlowClass>;

  double efficiency(const LevelTraffic& at) const {
    return level_efficiency(choice_.pattern, at, choice_.protocol, library_);
  }
  BytesPerSecond port() const { return levels_[levels_.size() > 1 ? 1 : 0].bandwidth; }
  /// Node of rank i of the group that starts at a chip.
  std::uint32_t node(std::int64_t first, std::int64_t rank) const {
    return nodes_[static_cast<std::size_t>(first + rank * group_.stride)];
  }
  DomainRuns runs(std::int64_t first) const {
    return DomainRuns(group_.ranks,
                      [&](std::int64_t rank) { return node(first, rank) / nodes_per_domain_; });
  }
  template <class Visit>
  void for_each_group(const Visit& visit) const {
    const auto chips = static_cast<std::int64_t>(nodes_.size());
    for (std::int64_t block = 0; block < chips; block += group_.ranks * group_.stride) {
      for (std::int64_t offset = 0; offset < group_.stride; ++offset) {
        visit(block + offset);
      }
    }
  }

  Flows pipelined() {
    FlowClasses flows;
    for_each_group([&](std::int64_t first) { add_group(flows, first); });
    return flows.take();
  }

  void add_group(FlowClasses& flows, std::int64_t first) {
    if (kind_ == SendReceive) {
      const auto& at = choice_.pattern.levels.back();
      for (std::int64_t rank = 0; rank + 1 < group_.ranks; ++rank) {
        flows.add(node(first, rank), node(first, rank + 1), at.sent / efficiency(at), at.share);
      }
      return;
    }
    const auto parts = runs(first);
    for (const auto& at : choice_.pattern.levels) {
      if (at.level == 0) {
        add_inside(flows, first, parts, at);
      }
    }
    const auto& top = choice_.pattern.levels.back();
    if (top.level == 0 && parts.size() == 1) {
      return;
    }
    // Without a network level in the closed form the chips were expected in one domain.
    const auto& outside = top.level == 0 ? top : first_outside();
    if (kind_ == AllToAll) {
      add_exchange(flows, first, parts, outside);
    } else if (choice_.algorithm == CollectiveAlgorithm::Tree ||
               (choice_.algorithm == CollectiveAlgorithm::InNetwork && has_tree_above())) {
      add_tree(flows, first, parts, outside);
    } else {
      for (std::size_t p = 0; p < parts.size(); ++p) {
        if (kind_ != Broadcast || p + 1 < parts.size()) {
          add_between(flows, first, parts, p, (p + 1) % parts.size(), outside, 1);
        }
      }
    }
  }

  const LevelTraffic& first_outside() const {
    return choice_.pattern.levels[choice_.pattern.levels.front().level == 0 ? 1 : 0];
  }
  bool has_tree_above() const { return choice_.pattern.levels.front().is_in_switches; }

  /// Every rank sends to the next one of its domain; in a chain of a ring or tree the last one
  /// sends out instead.
  void add_inside(FlowClasses& flows, std::int64_t first, const DomainRuns& parts,
                  const LevelTraffic& at) {
    const auto size = at.sent / efficiency(at);
    const bool is_chain =
        kind_ != AllToAll && !at.is_in_switches && (parts.size() > 1 || kind_ == Broadcast);
    for (std::size_t p = 0; p < parts.size(); ++p) {
      const auto begin = parts.begin(p);
      const auto count = parts.ranks(p);
      for (std::int64_t i = 0; count > 1 && i < (is_chain ? count - 1 : count); ++i) {
        flows.add(node(first, begin + i), node(first, begin + (i + 1) % count), size, at.share);
      }
    }
  }

  /// From one domain to another over the ports of as many chips as there are rings.
  void add_between(FlowClasses& flows, std::int64_t first, const DomainRuns& parts,
                   std::size_t from, std::size_t to, const LevelTraffic& at, double portion) {
    const auto rings = std::min({parts.ranks(from), parts.ranks(to), library_.rings});
    const auto size = portion * at.sent / (efficiency(at) * static_cast<double>(rings));
    for (std::int64_t i = 0; i < rings; ++i) {
      flows.add(node(first, parts.begin(from) + i), node(first, parts.begin(to) + i), size, port());
    }
  }

  /// Two binary trees whose inner nodes are the other one's leaves; half of the buffer in each.
  /// `at.sent` is what an inner domain sends: half up, twice half down, and half up as a leaf.
  void add_tree(FlowClasses& flows, std::int64_t first, const DomainRuns& parts,
                const LevelTraffic& at) {
    const auto n = parts.size();
    const double portion = 0.5 * size_.si() / at.sent.si();
    for (std::size_t rank = 1; rank < n; ++rank) {
      // In-order binary trees, the second one shifted by a domain.
      const auto parent = in_order_parent(rank, n);
      for (const std::size_t shift : {std::size_t(0), std::size_t(1)}) {
        const auto child_part = (rank + shift) % n;
        const auto parent_part = (parent + shift) % n;
        add_between(flows, first, parts, parent_part, child_part, at, portion);
        if (kind_ == AllReduce) {
          add_between(flows, first, parts, child_part, parent_part, at, portion);
        }
      }
    }
  }

  /// Messages between all ranks of two domains' nodes, by pairs of nodes.
  void add_exchange(FlowClasses& flows, std::int64_t first, const DomainRuns& parts,
                    const LevelTraffic& at) {
    std::map<std::uint32_t, std::int64_t> ranks_of;
    for (std::int64_t rank = 0; rank < group_.ranks; ++rank) {
      ++ranks_of[node(first, rank)];
    }
    const auto message = size_ / (static_cast<double>(group_.ranks) * efficiency(at));
    if (parts.size() == 1) {
      return;
    }
    for (const auto& [from, senders] : ranks_of) {
      for (const auto& [to, receivers] : ranks_of) {
        if (from / nodes_per_domain_ != to / nodes_per_domain_) {
          flows.add(from, to, static_cast<double>(receivers) * message, port(), senders);
        }
      }
    }
  }

  /// One phase per level: rings of the ranks in the same place of the parts that the level joins.
  std::vector<Flows> level_by_level() {
    std::vector<Flows> phases;
    const auto spread = group_spread(levels_, group_);
    for (const auto& traffic : choice_.pattern.levels) {
      const auto at = std::find_if(spread.begin(), spread.end(),
                                   [&](const auto& one) { return one.level == traffic.level; });
      FlowClasses flows;
      for_each_group([&](std::int64_t first) {
        for (std::int64_t rank = 0; rank < group_.ranks; ++rank) {
          const auto part = rank / at->ranks * at->ranks;
          const auto held = std::min(at->ranks, group_.ranks - part);
          const auto next = part + (rank - part + at->ranks_below) % held;
          flows.add(node(first, rank), node(first, next), traffic.sent / efficiency(traffic),
                    traffic.share);
        }
      });
      phases.push_back(flows.take());
    }
    return phases;
  }

  /// One phase per distance between partners.
  std::vector<Flows> halving_doubling() {
    std::vector<Flows> phases;
    const auto power =
        static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(group_.ranks)));
    auto exchanged = size_;
    for (std::int64_t distance = 1; distance < power; distance *= 2) {
      exchanged = exchanged / 2;
      phases.push_back(partners(distance, passes(kind_) * exchanged, [&](std::int64_t rank) {
        return rank < power ? rank ^ distance : -1;
      }));
    }
    if (power != group_.ranks) {
      phases.push_back(partners(group_.ranks, 2 * size_, [&](std::int64_t rank) {
        return rank >= power ? rank - power : -1;
      }));
    }
    return phases;
  }

  template <class Partner>
  Flows partners(std::int64_t distance, Bytes sent, const Partner& partner_of) {
    const auto spread = group_spread(levels_, group_);
    std::size_t k = 0;
    while (k + 1 < spread.size() && distance >= spread[k].ranks) {
      ++k;
    }
    const auto& at = choice_.pattern.levels[k];
    FlowClasses flows;
    for_each_group([&](std::int64_t first) {
      for (std::int64_t rank = 0; rank < group_.ranks; ++rank) {
        if (const auto partner = partner_of(rank); partner >= 0) {
          flows.add(node(first, rank), node(first, partner), sent / efficiency(at), at.share);
        }
      }
    });
    return flows.take();
  }

  static std::size_t in_order_parent(std::size_t rank, std::size_t count) {
    // As in NCCL (src/graph/trees.cc, ncclGetBtree): odd ranks are leaves, 0 is the root.
    const auto bit = std::size_t(1) << std::countr_zero(rank);
    const auto up = (rank ^ bit) | (bit << 1);
    return up < count ? up : rank ^ bit;
  }

  const CollectiveChoice& choice_;
  CollectiveKind kind_;
  ChipGroup group_;
  Bytes size_;
  const ChipNodes& nodes_;
  std::int64_t nodes_per_domain_;
  const std::vector<NetworkLevel>& levels_;
  const CollectiveLibraryConfig& library_;
};

}  // namespace

FlowPlan plan_flows(const CollectiveChoice& choice, CollectiveKind kind, const ChipGroup& group,
                    Bytes size, const ChipNodes& nodes, std::int64_t nodes_per_domain,
                    const NetworkCollectives& collectives) {
  const auto chips = static_cast<std::int64_t>(nodes.size());
  if (chips == 0 || chips % (group.ranks * group.stride) != 0) {
    throw std::invalid_argument(
        fmt::format("groups of {} ranks {} chips apart do not divide {} chips: take a multiple of "
                    "{} chips",
                    group.ranks, group.stride, chips, group.ranks * group.stride));
  }
  return Planner(choice, kind, group, size, nodes, nodes_per_domain, collectives).plan();
}

}  // namespace tokenfab
