// SPDX-License-Identifier: Apache-2.0
// Scenarios of measured cases that are not served benchmarks: a cluster "site/cluster" of nodes
// that hold chips and nothing else, so that what the pool draws is what the chips draw.
#pragma once

#include <string>
#include <string_view>

#include "sim/measured/measured_case.hpp"
#include "sim/scenario/loader.hpp"

namespace tokenfab {

/// Pointer of the cluster of bare nodes, of their chip.
inline const std::string case_cluster = "/sites/site/clusters/cluster";
inline const std::string case_chip = case_cluster + "/node/chip";

/// Bare nodes of a chip of the catalogue.
struct BareCluster {
  std::string chip;
  std::int64_t chips_per_node = 8;
  std::int64_t nodes = 1;
};

/// `body` is what comes beside the sites, as members of a JSON object. `sets` go over it in order,
/// then `more`. Throws what load_scenario throws.
Scenario load_case(const BareCluster& cluster, std::string_view body, const Overrides& sets,
                   const Overrides& more);

/// Why the catalogue has no such entry, or nothing if it does.
std::string missing_entry(std::string_view table, std::string_view id);

}  // namespace tokenfab
