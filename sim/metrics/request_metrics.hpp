// SPDX-License-Identifier: Apache-2.0
// Metrics that follow from requests alone, whoever they are counted for: a pool, a service, an
// application, a tenant, a tier.
#pragma once

#include "sim/metrics/attribution.hpp"
#include "sim/metrics/declarations.hpp"
#include "sim/metrics/result.hpp"

namespace tokenfab {

inline constexpr double tokens_per_mtok = 1e6;

/// Lengths of the run.
struct RunTime {
  double duration_s = 0;
  double warmup_s = 0;
};

/// False for those who got images or video only: what is told per token has no meaning to them.
bool makes_tokens(const RequestLedger& requests);

void set_requests(MetricSet& metrics, const RequestLedger& requests);
void set_latencies(MetricSet& metrics, const LatencyStats& latency);
/// Tokens, images and video per second; goodput if there is a service level. After the latencies.
void set_rates(MetricSet& metrics, const RequestLedger& requests, bool has_service_level,
               const RunTime& time);
/// Of a load that is given: it has tokens, if any, and no requests.
void set_given_tokens(MetricSet& metrics, const RequestLedger& made, const RunTime& time);
void set_costs(MetricSet& metrics, const RequestLedger& requests, const ProductCosts& costs);
void set_revenue(MetricSet& metrics, const RequestLedger& requests, double revenue_usd,
                 double cost_usd);

}  // namespace tokenfab
