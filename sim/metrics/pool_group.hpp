// SPDX-License-Identifier: Apache-2.0
// Pools added up, and the metrics of such a group: a pool alone, a service, the whole factory.
#pragma once

#include "sim/metrics/attribution.hpp"
#include "sim/metrics/declarations.hpp"
#include "sim/metrics/request_metrics.hpp"
#include "sim/metrics/result.hpp"

namespace tokenfab {

class PoolGroup {
 public:
  void add(const PoolResult& pool, const Share& own, const RunTime& time);
  /// Requests that reached no pool.
  void add_unrouted(const RequestLedger& requests) {
    requests_.add(requests);
    has_requests_ = true;
  }
  /// What its products cost.
  void set_costs(const ProductCosts& costs) { costs_ = costs; }

  const RequestLedger& requests() const { return requests_; }
  MetricSet metrics(const RunTime& time) const;

 private:
  void set_use(MetricSet& metrics, const RunTime& time) const;
  void set_time_shares(MetricSet& metrics) const;
  void set_serving(MetricSet& metrics) const;

  RequestLedger requests_;
  WorkLedger work_;
  LatencyStats latency_;
  Share share_;
  ProductCosts costs_;
  double energy_it_j_ = 0;
  double chips_ = 0;          // allocated
  double active_chip_s_ = 0;  // held by replicas
  double peak_flop_ = 0;      // active chip time x peak
  double peak_bytes_ = 0;     // active chip time x bandwidth
  double chip_busy_s_ = 0;    // busy time x chips of the replica
  double kv_token_seconds_ = 0;
  double replicas_mean_ = 0;
  double cold_starts_ = 0;
  double failures_ = 0;
  double queried_tokens_ = 0;
  double hit_tokens_ = 0;
  double transfers_ = 0;
  double transfer_bytes_ = 0;
  double transfer_s_ = 0;
  double drafts_ = 0;
  double accepted_ = 0;
  double image_j_ = 0;  // site energy charged to images
  double video_j_ = 0;  // and to video
  bool has_service_level_ = false;
  bool has_requests_ = false;  // not only given loads
};

/// Energy and emissions, whole and per token.
void set_energy(MetricSet& metrics, double it_j, double site_j, double carbon_kg,
                const RequestLedger& requests);

}  // namespace tokenfab
