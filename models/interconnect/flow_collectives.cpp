// SPDX-License-Identifier: Apache-2.0
#include "models/interconnect/flow_collectives.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

/// Plays the phases of several plans over shared links.
class Contention {
 public:
  Contention(const LinkRoutes& routes, const std::vector<FlowPlan>& plans)
      : shares_(routes), plans_(plans), phase_(plans.size(), 0), ends_(plans.size()) {}

  std::vector<Seconds> play() {
    for (std::uint32_t i = 0; i < plans_.size(); ++i) {
      starts_.emplace(plans_[i].latency, i);
    }
    while (!starts_.empty() || shares_.has_flows()) {
      const bool starts_next =
          !shares_.has_flows() ||
          (!starts_.empty() && starts_.begin()->first <= now_ + shares_.until_next_end());
      const auto next = starts_next ? starts_.begin()->first : now_ + shares_.until_next_end();
      if (shares_.has_flows()) {
        shares_.advance(starts_next ? next - now_ : shares_.until_next_end());
      }
      now_ = next;
      end_phases();
      start_phases();
    }
    return ends_;
  }

 private:
  void end_phases() {
    for (auto plan = running_.begin(); plan != running_.end();) {
      if (shares_.has_flows(*plan)) {
        ++plan;
        continue;
      }
      starts_.emplace(now_, *plan);
      plan = running_.erase(plan);
    }
  }
  void start_phases() {
    while (!starts_.empty() && starts_.begin()->first <= now_) {
      const auto plan = starts_.begin()->second;
      starts_.erase(starts_.begin());
      auto& phase = phase_[plan];
      const auto& phases = plans_[plan].phases;
      while (phase < phases.size() && !shares_.has_flows(plan)) {
        shares_.start(plan, phases[phase++]);
      }
      if (shares_.has_flows(plan)) {
        running_.insert(plan);
      } else {
        ends_[plan] = now_;
      }
    }
  }

  FlowShares shares_;
  const std::vector<FlowPlan>& plans_;
  std::vector<std::size_t> phase_;
  std::vector<Seconds> ends_;
  std::set<std::pair<Seconds, std::uint32_t>> starts_;
  std::set<std::uint32_t> running_;
  Seconds now_;
};

}  // namespace

std::vector<Seconds> contended_times(const LinkRoutes& routes, const std::vector<FlowPlan>& plans) {
  return Contention(routes, plans).play();
}

FlowCollectives::FlowCollectives(const LinkRoutes& routes, NetworkCollectives collectives,
                                 std::int64_t chips_per_node)
    : routes_(routes),
      collectives_(std::move(collectives)),
      nodes_per_domain_(
          std::max<std::int64_t>(1, collectives_.levels().front().chips / chips_per_node)) {}

FlowCollectives::PlacementId FlowCollectives::place(const ChipNodes& nodes) {
  const auto [at, is_new] = ids_.try_emplace(nodes, static_cast<PlacementId>(placements_.size()));
  if (is_new) {
    placements_.push_back(&at->first);
  }
  return at->second;
}

FlowPlan FlowCollectives::plan(const Collective& one) const {
  CHECK(one.placement < placements_.size(), "placement {} of {}", one.placement,
        placements_.size());
  if (one.group.ranks <= 1 || one.size.si() <= 0) {
    return {};
  }
  const auto choice = collectives_.choose(one.kind, one.group, one.size);
  return plan_flows(choice, one.kind, one.group, one.size, *placements_[one.placement],
                    nodes_per_domain_, collectives_);
}

Seconds FlowCollectives::time(const Collective& collective) const {
  return times({collective}).front();
}

std::vector<Seconds> FlowCollectives::times(const std::vector<Collective>& together) const {
  std::vector<std::size_t> order(together.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return together[a] < together[b]; });
  std::vector<Collective> sorted;
  for (const auto i : order) {
    sorted.push_back(together[i]);
  }
  const auto [at, is_new] = answers_.try_emplace(std::move(sorted));
  if (is_new) {
    std::vector<FlowPlan> plans;
    for (const auto& one : at->first) {
      plans.push_back(plan(one));
    }
    at->second = contended_times(routes_, plans);
  }
  std::vector<Seconds> times(together.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    times[order[i]] = at->second[i];
  }
  return times;
}

Seconds ContendedCollectives::time(CollectiveKind kind, const ChipGroup& group, Bytes size) const {
  if (group.ranks <= 1 || size.si() <= 0) {
    return Seconds(0);
  }
  auto together = others_;
  together.push_back({placement_, kind, group, size});
  return flows_.times(together).back();
}

}  // namespace tokenfab
