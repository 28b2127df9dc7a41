// SPDX-License-Identifier: Apache-2.0
// A collective as flows between nodes: who sends what to whom, for every group of a job at once.
//
// One flow per edge with its whole volume, whatever chunks the library cuts it into; latency and
// filling the pipeline stay in closed form. Equal flows between two nodes are one class, so that
// groups that differ in nothing but their chips are one. What a library does not reach of its links
// is sent as if it were more bytes.
// Left out: chips of one node that wait for a port of it which another chip uses alone.
#pragma once

#include <vector>

#include "models/interconnect/flow_shares.hpp"
#include "models/interconnect/network_collectives.hpp"

namespace tokenfab {

struct FlowPlan {
  Seconds latency;  // launch, steps and filling, as in closed form; then the flows
  /// One after the other; the flows of a phase start together.
  std::vector<std::vector<FlowClass>> phases;
};

/// Where a job's chips are: the node of each, in the order that groups number them.
using ChipNodes = std::vector<std::uint32_t>;

/// Throws std::invalid_argument unless the groups divide the chips.
FlowPlan plan_flows(const CollectiveChoice& choice, CollectiveKind kind, const ChipGroup& group,
                    Bytes size, const ChipNodes& nodes, std::int64_t nodes_per_domain,
                    const NetworkCollectives& collectives);

}  // namespace tokenfab
