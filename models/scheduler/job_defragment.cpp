// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/job_defragment.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "models/scheduler/job_inventory.hpp"

namespace tokenfab {
namespace {

/// The jobs of a node, if all of them may move.
struct Emptied {
  ChipParts parts = 0;
  std::uint32_t node = 0;
  std::vector<const PlacedJob*> jobs;
  bool is_movable = true;
};

ChipParts parts_on_node(const PlacedJob& job, const NodeChips& held) {
  return job.chip_share < 1 ? parts_of_share(job.chip_share) : held.chips * parts_per_chip;
}

/// Nodes that hold something and may be emptied, the least to move first.
std::vector<Emptied> emptied_nodes(const std::vector<bool>& is_in_service,
                                   std::span<const PlacedJob> placed) {
  std::map<std::uint32_t, Emptied> by_node;
  for (const PlacedJob& job : placed) {
    for (const NodeChips& held : job.chips) {
      Emptied& node = by_node[held.node];
      node.node = held.node;
      node.parts += parts_on_node(job, held);
      node.jobs.push_back(&job);
      node.is_movable = node.is_movable && job.is_preemptible && job.chips.size() == 1;
    }
  }
  std::vector<Emptied> movable;
  for (auto& [number, node] : by_node) {
    if (node.is_movable && is_in_service[number]) {
      movable.push_back(std::move(node));
    }
  }
  std::sort(movable.begin(), movable.end(), [](const Emptied& a, const Emptied& b) {
    return std::tie(a.parts, a.node) < std::tie(b.parts, b.node);
  });
  return movable;
}

/// What is left on nodes in part taken, which moved jobs fill; best fit.
class Gaps {
 public:
  Gaps(const PlacementInputs& inputs, const std::vector<bool>& is_in_service,
       std::span<const PlacedJob> placed) {
    std::map<std::uint32_t, std::uint32_t> chips;  // whole ones taken, by node
    for (const PlacedJob& job : placed) {
      for (const NodeChips& held : job.chips) {
        if (job.chip_share < 1) {
          left_.try_emplace({held.node, held.chip}, parts_per_chip).first->second -=
              parts_of_share(job.chip_share);
        }
        chips[held.node] += job.chip_share < 1 ? 0 : held.chips;
      }
    }
    for (const auto& [spot, left] : left_) {
      ++chips[spot.first];
    }
    for (const auto& [node, taken] : chips) {
      if (is_in_service[node]) {
        whole_[node] = inputs.chips_per_node - taken;
      }
    }
    std::erase_if(left_, [&](const auto& spot) { return !is_in_service[spot.first.first]; });
    next_chip_ = inputs.chips_per_node;
  }

  void close(std::uint32_t node) {
    whole_.erase(node);
    std::erase_if(left_, [&](const auto& spot) { return spot.first.first == node; });
  }

  /// Jobs were moved here, so it is not to be emptied as well.
  bool is_filled(std::uint32_t node) const { return filled_.contains(node); }

  ChipParts free_outside(std::uint32_t node) const {
    ChipParts parts = 0;
    for (const auto& [other, chips] : whole_) {
      parts += other == node ? 0 : chips * parts_per_chip;
    }
    for (const auto& [spot, left] : left_) {
      parts += spot.first == node ? 0 : left;
    }
    return parts;
  }

  bool take(const PlacedJob& job) {
    return job.chip_share < 1 ? take_part(parts_of_share(job.chip_share))
                              : take_whole(job.chips.front().chips).has_value();
  }

 private:
  std::optional<std::uint32_t> take_whole(std::uint32_t chips) {
    auto best = whole_.end();
    for (auto node = whole_.begin(); node != whole_.end(); ++node) {
      if (node->second >= chips && (best == whole_.end() || node->second < best->second)) {
        best = node;
      }
    }
    if (best == whole_.end()) {
      return std::nullopt;
    }
    best->second -= chips;
    filled_.insert(best->first);
    return best->first;
  }

  bool take_part(ChipParts parts) {
    auto best = left_.end();
    for (auto spot = left_.begin(); spot != left_.end(); ++spot) {
      if (spot->second >= parts && (best == left_.end() || spot->second < best->second)) {
        best = spot;
      }
    }
    if (best != left_.end()) {
      best->second -= parts;
      filled_.insert(best->first.first);
      return true;
    }
    const auto node = take_whole(1);
    if (node) {
      left_[{*node, next_chip_++}] = parts_per_chip - parts;
    }
    return node.has_value();
  }

  std::map<std::uint32_t, std::uint32_t> whole_;                       // node -> free chips
  std::map<std::pair<std::uint32_t, std::uint32_t>, ChipParts> left_;  // node, shared chip
  std::set<std::uint32_t> filled_;
  std::uint32_t next_chip_ = 0;  // numbers that no shared chip has
};

}  // namespace

std::vector<JobIndex> defragmenting_moves(const PlacementInputs& inputs,
                                          const std::vector<bool>& is_in_service,
                                          std::span<const PlacedJob> placed, std::uint32_t nodes) {
  std::vector<bool> is_free = is_in_service;
  for (const PlacedJob& job : placed) {
    for (const NodeChips& held : job.chips) {
      is_free[held.node] = false;
    }
  }
  auto missing =
      static_cast<std::int64_t>(nodes) - std::count(is_free.begin(), is_free.end(), true);
  Gaps gaps(inputs, is_in_service, placed);
  std::vector<JobIndex> moves;
  for (const Emptied& node : emptied_nodes(is_in_service, placed)) {
    if (missing <= 0) {
      break;
    }
    if (gaps.is_filled(node.node) || gaps.free_outside(node.node) < node.parts) {
      continue;
    }
    Gaps after = gaps;
    after.close(node.node);
    const bool all_fit = std::all_of(node.jobs.begin(), node.jobs.end(),
                                     [&](const PlacedJob* job) { return after.take(*job); });
    if (all_fit) {
      gaps = std::move(after);
      --missing;
      for (const PlacedJob* job : node.jobs) {
        moves.push_back(job->job);
      }
    }
  }
  return missing > 0 ? std::vector<JobIndex>() : moves;
}

}  // namespace tokenfab
