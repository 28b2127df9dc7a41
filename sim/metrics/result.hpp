// SPDX-License-Identifier: Apache-2.0
// What a run leaves behind: ledgers and statistics, before they become metrics. Plain data, filled
// by the simulation, read by summary.cpp and the report writers.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/api/step.hpp"
#include "sim/core/units.hpp"
#include "sim/metrics/latency.hpp"

namespace tokenfab {

/// Requests and tokens; every request that arrived is in exactly one of the four.
struct RequestLedger {
  std::uint64_t arrived = 0;
  std::uint64_t completed = 0;
  std::uint64_t rejected = 0;
  std::uint64_t failed = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t input_tokens = 0;   // of requests whose first token is out
  std::uint64_t output_tokens = 0;  // emitted
  std::uint64_t preemptions = 0;
  std::uint64_t within_service_level = 0;  // of the completed that arrived after the warmup
  std::uint64_t ended_unmeasured = 0;      // completed, rejected, failed; arrived in the warmup

  void add(const RequestLedger& other);
};

/// What a group of replicas did.
struct WorkLedger {
  std::int64_t steps = 0;
  StepWork work;            // all steps
  Duration busy;            // sum over replicas of the time with a step under way
  Duration prefill_charge;  // busy time charged to input tokens ...
  Duration decode_charge;   // ... and to output tokens
  double cached_token_seconds = 0;

  void add(const WorkLedger& other);
};

struct PoolResult {
  std::string service;
  std::string name;
  std::string site;
  std::string cluster;
  std::uint32_t replicas = 0;
  double chips = 0;             // allocated
  FlopPerSecond peak_per_chip;  // dense, of the precision used
  BytesPerSecond bandwidth_per_chip;
  double kv_capacity_tokens = 0;  // all replicas
  RequestLedger requests;
  WorkLedger work;
  LatencyStats latency;
  Joules energy_it;  // at the PSU inputs, idle share of its chips included
  bool has_service_level = false;
};

struct SiteResult {
  std::string name;
  double chips = 0;
  Joules import;
  Joules it;
  Joules conversion;
  Joules cooling;
  Joules heat_in;
  Joules heat_rejected;
  Watts peak_power;  // mean of the plant interval with the highest, ...
  Watts min_power;   // ... with the lowest mean
  Dollars energy_bill;
  Kilograms carbon;
};

/// One line of the money ledger.
struct CostLine {
  std::string layer;
  std::string item;
  std::string site;
  double amount_usd = 0;
};

struct ClusterResult {
  std::string site;
  std::string name;
  std::uint64_t nodes = 0;
  double chips = 0;
  double chips_allocated = 0;
  Joules energy_it;
};

struct TenantResult {
  RequestLedger requests;
};

struct RunResult {
  Duration duration;
  Duration warmup;
  std::uint64_t events = 0;
  std::vector<PoolResult> pools;
  // Rejected, or in a front end at the end.
  std::map<std::string, RequestLedger> unrouted_by_service;
  std::vector<SiteResult> sites;
  std::vector<ClusterResult> clusters;
  std::map<std::string, TenantResult> tenants;
  std::vector<CostLine> costs;
  double revenue_usd = 0;
  bool has_prices = false;
  std::vector<std::string> warnings;
};

}  // namespace tokenfab
