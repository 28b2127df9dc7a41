// SPDX-License-Identifier: Apache-2.0
// Metrics of those who are served: applications, their agents, tenants and the tiers of the price
// book.
#pragma once

#include "sim/metrics/attribution.hpp"
#include "sim/metrics/request_metrics.hpp"
#include "sim/metrics/summary.hpp"

namespace tokenfab {

/// Fills the summary's applications, tenants and tiers, and adds to its services and its factory
/// what their customers know: revenue, agents, fairness.
void summarize_customers(const RunResult& result, const Attribution& attribution,
                         const RunTime& time, Summary& summary);

}  // namespace tokenfab
