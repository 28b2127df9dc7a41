// SPDX-License-Identifier: Apache-2.0
// Metrics of jobs: by source, by cluster, and of the factory.
//
// What a cluster's jobs use (its share of energy and assets, idle chips included) is charged to
// sources by the chip time that they held; sites without any held chip time charge nobody.
#pragma once

#include "sim/metrics/attribution.hpp"
#include "sim/metrics/summary.hpp"

namespace tokenfab {

/// Fills the summary's jobs, and adds to its clusters, services and factory.
void summarize_jobs(const RunResult& result, const Attribution& attribution, Summary& summary);

}  // namespace tokenfab
