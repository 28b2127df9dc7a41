// SPDX-License-Identifier: Apache-2.0
// What a run leaves behind: ledgers and statistics, before they become metrics. Plain data, filled
// by the simulation, read by summary.cpp and the report writers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/api/grid.hpp"
#include "sim/api/step.hpp"
#include "sim/api/workload.hpp"
#include "sim/core/units.hpp"
#include "sim/metrics/job_result.hpp"
#include "sim/metrics/latency.hpp"
#include "sim/metrics/provenance.hpp"

namespace tokenfab {

/// Requests and what was made for them; every request that arrived is in exactly one of the four.
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
  std::uint64_t cached_input_tokens = 0;   // of the input tokens, found in a prefix cache
  // Why the rejected were; every one has exactly one reason.
  std::uint64_t rejected_too_long = 0;
  std::uint64_t rejected_rate_limit = 0;
  std::uint64_t rejected_quota = 0;
  std::uint64_t rejected_deadline = 0;
  std::uint64_t rejected_region = 0;
  std::uint64_t rejected_no_capacity = 0;
  std::uint64_t retries = 0;  // times a request began anew after its replica was lost
  std::uint64_t images = 0;   // completed
  double video_seconds = 0;   // completed

  void add(const RequestLedger& other);
  std::uint64_t rejected_for_a_reason() const {
    return rejected_too_long + rejected_rate_limit + rejected_quota + rejected_deadline +
           rejected_region + rejected_no_capacity;
  }
};

/// What a group of replicas did.
struct WorkLedger {
  std::int64_t steps = 0;
  StepWork work;             // all steps
  Duration busy;             // sum over replicas of the time with a step under way
  Duration prefill_charge;   // busy time charged to input tokens
  Duration cached_charge;    // of prefill_charge: reading prefixes that a cache held
  Duration decode_charge;    // busy time charged to output tokens,
  Duration image_charge;     // to images
  Duration video_charge;     // and to videos
  std::int64_t batches = 0;  // of images or video; their work is in `work` but for
  Duration text_encoder;     // the time in text encoders
  Duration vae_decode;       // and in decoders
  double cached_token_seconds = 0;

  void add(const WorkLedger& other);
};

struct PoolResult {
  std::string service;
  std::string name;
  std::string site;
  std::string cluster;
  std::uint32_t replicas = 0;   // at most, which chips are allocated for
  double chips = 0;             // allocated
  FlopPerSecond peak_per_chip;  // dense, of the precision used
  BytesPerSecond bandwidth_per_chip;
  double kv_capacity_tokens = 0;  // all replicas
  RequestLedger requests;
  WorkLedger work;
  LatencyStats latency;
  Joules energy_it;  // at the PSU inputs, idle share of its chips included
  bool has_service_level = false;
  bool is_given = false;             // a load that is given instead of simulated: no requests
  bool is_jobs = false;              // what a cluster's jobs use; no requests
  bool borrows = false;              // may use chips that other pools of its cluster leave, ...
  double borrowed_chip_seconds = 0;  // ... which it had for so long
  std::string role = "mixed";        // or "prefill" or "decode"
  double active_chip_seconds = 0;    // held by replicas, from the start of loading to the release
  std::uint64_t cold_starts = 0;     // replicas that had to load their weights
  std::uint64_t failures = 0;        // replicas lost
  std::uint64_t queried_prefix_tokens = 0;  // of prompts looked up in the prefix cache ...
  std::uint64_t hit_prefix_tokens = 0;      // ... and found, whatever the tier
  std::map<std::string, std::uint64_t> tier_hit_tokens;  // the same by tier of the cache
  std::uint64_t kv_transfers = 0;                        // of prompts' KV caches to a decode pool
  double kv_transfer_bytes = 0;
  Duration kv_transfer_time;  // sum over the transfers
  std::uint64_t draft_tokens = 0;
  std::uint64_t accepted_draft_tokens = 0;
};

/// A stretch of a site's ledger: the whole run, or a calendar month of it.
struct SiteLedger {
  // Sources.
  Joules import;
  Joules solar;  // net of what was curtailed
  Joules wind;
  Joules genset;
  Joules shortfall;  // drawn though no source was able to give it
  // Uses: sources = it + conversion + cooling + battery_loss + exported + stored.
  Joules it;
  Joules conversion_indoor;   // from the UPS down
  Joules conversion_outdoor;  // transformers and switchgear
  Joules chillers;
  Joules heat_rejection;
  Joules pumps;
  Joules fans;
  Joules auxiliaries;
  Joules battery_loss;
  Joules exported;
  Joules stored;  // in UPS and site batteries; negative: taken from them
  // Heat: what is used on site = rejected + stored.
  Joules heat_rejected;
  Joules heat_stored;
  // Beside the balance.
  Joules curtailed;   // of sun and wind
  Joules over_limit;  // imported beyond the connection's limit
  Joules renewable;   // used on site: own sun and wind, and the grid's share where known
  CubicMetres water;
  Kilograms carbon;          // location-based: the grid's at its intensity, and the generators'
  Kilograms carbon_matched;  // the same less what contracts deliver in the same hour
  Dollars fuel;
  Dollars contracts;  // paid beyond the market price for contracted energy; negative: received
  Duration dark;      // racks without power
  double clock_seconds = 0;  // integral of the chips' mean clock, of those that have power
  double powered_seconds = 0;

  void add(const SiteLedger& other);
  Joules conversion() const { return conversion_indoor + conversion_outdoor; }
  Joules cooling() const { return chillers + heat_rejection + pumps + fans + auxiliaries; }
  /// Everything that is used on site.
  Joules site() const { return it + conversion() + cooling() + battery_loss; }
};

/// One month of a site on its wall clock, or the part of it that the run covers.
struct SiteMonth {
  int year = 0;
  int month = 0;  // 1 to 12
  Duration duration;
  SiteLedger ledger;
  Bill bill;
  std::uint64_t input_tokens = 0;
  std::uint64_t output_tokens = 0;
};

struct SiteResult {
  std::string name;
  std::string country;  // empty: not said
  double chips = 0;
  SiteLedger ledger;
  Bill bill;
  Watts peak_power;         // mean of the plant interval with the highest, ...
  Watts min_power;          // ... with the lowest mean
  Watts peak_import_power;  // highest mean of a plant interval through the grid connection
  bool knows_grid_renewables = false;
  bool has_contracts = false;
  std::uint64_t blackouts = 0;          // times the racks lost power
  std::uint64_t thermal_shutdowns = 0;  // of these, to protect the chips
  std::uint64_t breaker_trips = 0;
  std::uint64_t generator_starts = 0;
  std::uint64_t unreachable_caps = 0;  // decisions that left a cap exceeded at the lowest clocks
  Duration grid_outage;
  std::optional<Celsius> chip_peak;  // highest temperature of a chip
  std::optional<Celsius> coolant_peak;
  std::optional<Celsius> room_peak;
  double battery_cycles = 0;
  double battery_health = 1;
  bool has_battery = false;
  Duration beyond_curves;            // cooling equipment outside what its curves were fitted to ...
  std::uint64_t extrapolations = 0;  // ... in so many stretches of the plant
  std::vector<SiteMonth> months;
};

/// One line of the money ledger.
struct CostLine {
  std::string layer;
  std::string item;
  std::string site;
  double amount_usd = 0;
  bool follows_use = false;  // paid for the time replicas hold chips: split by that time
};

struct ClusterResult {
  std::string site;
  std::string name;
  std::uint64_t nodes = 0;
  double chips = 0;
  double chips_allocated = 0;
  Joules energy_it;
};

/// What one tenant of one application got.
struct TenantResult {
  RequestLedger requests;
  LatencyStats latency;  // without itl, which is known by pool only
  double weight = 1;     // of the service that fair queueing owes the tenant; > 0
  std::string tier;      // of the price book; empty without prices
  double revenue_usd = 0;
};

/// One workload.
struct ApplicationResult {
  std::string service;
  std::string kind;       // of workload: "synthetic", "agents"
  bool is_given = false;  // tokens of a given load, without requests
  RequestLedger requests;
  std::optional<AgentActivity> agents;
  std::optional<std::uint64_t> answered_in_time;  // of a workload with a deadline
  bool has_service_level = false;
  std::map<std::string, TenantResult> tenants;  // sum to `requests`; "" is the nameless one
};

struct RunResult {
  Duration duration;
  Duration warmup;
  Duration time_of_day;  // local, at date 0
  std::uint64_t events = 0;
  std::vector<PoolResult> pools;
  // Rejected, or in a front end at the end.
  std::map<std::string, RequestLedger> unrouted_by_service;
  std::vector<SiteResult> sites;
  std::vector<ClusterResult> clusters;
  std::map<std::string, ApplicationResult> applications;
  std::map<std::string, ClusterJobsResult> jobs;  // by "site/cluster"
  std::map<std::string, StageResult> stages;      // by declared job
  std::vector<DeploymentResult> deployments;
  std::vector<CostLine> costs;
  bool has_prices = false;
  Provenance provenance;
  std::vector<std::string> warnings;
};

/// CHECKs that nothing vanished: every request ended once and every rejection has one reason; what
/// tenants got sums to their application, and what applications got to pools and unrouted.
void check_ledgers(const RunResult& result);

}  // namespace tokenfab
