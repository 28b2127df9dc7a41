// SPDX-License-Identifier: Apache-2.0
// Collectives as flows over the links of a cluster: what they take when others communicate too.
#pragma once

#include <compare>
#include <map>
#include <vector>

#include "models/interconnect/flow_plan.hpp"

namespace tokenfab {

/// When each of several plans that start together ends.
std::vector<Seconds> contended_times(const LinkRoutes& routes, const std::vector<FlowPlan>& plans);

class FlowCollectives {
 public:
  using PlacementId = std::uint32_t;

  /// One collective of a job that stands somewhere.
  struct Collective {
    PlacementId placement = 0;
    CollectiveKind kind = CollectiveKind::AllReduce;
    ChipGroup group;
    Bytes size;
    friend constexpr auto operator<=>(const Collective&, const Collective&) = default;
  };

  /// `routes` outlives it.
  FlowCollectives(const LinkRoutes& routes, NetworkCollectives collectives,
                  std::int64_t chips_per_node);

  /// Equal placements have one id.
  PlacementId place(const ChipNodes& nodes);

  /// Alone in the network.
  Seconds time(const Collective& collective) const;
  /// All of them started together, each until its own end. Remembered per set: the others are the
  /// contention of each.
  std::vector<Seconds> times(const std::vector<Collective>& together) const;

 private:
  FlowPlan plan(const Collective& collective) const;

  const LinkRoutes& routes_;
  NetworkCollectives collectives_;
  std::int64_t nodes_per_domain_;
  std::map<ChipNodes, PlacementId> ids_;
  std::vector<const ChipNodes*> placements_;
  mutable std::map<std::vector<Collective>, std::vector<Seconds>> answers_;
};

/// A job's collectives while others run theirs.
class ContendedCollectives : public CollectiveTimes {
 public:
  ContendedCollectives(const FlowCollectives& flows, FlowCollectives::PlacementId placement,
                       std::vector<FlowCollectives::Collective> others = {})
      : flows_(flows), placement_(placement), others_(std::move(others)) {}
  Seconds time(CollectiveKind kind, const ChipGroup& group, Bytes size) const override;

 private:
  const FlowCollectives& flows_;
  FlowCollectives::PlacementId placement_;
  std::vector<FlowCollectives::Collective> others_;
};

}  // namespace tokenfab
