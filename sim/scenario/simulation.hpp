// SPDX-License-Identifier: Apache-2.0
// One run of a loaded scenario: objects, engine, and the ledgers it leaves behind.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "sim/metrics/result.hpp"
#include "sim/metrics/sinks.hpp"
#include "sim/scenario/loader.hpp"

namespace tokenfab {

/// Where the run is, for whoever watches.
struct RunProgress {
  Instant now;
  std::uint64_t requests_completed = 0;
  std::optional<std::uint64_t> jobs_ended;  // absent where there are no jobs
  std::uint64_t events = 0;
  /// Of the horizon, or of the expected requests and jobs; absent if neither is known.
  std::optional<double> fraction;
  /// All costs so far over all tokens so far; absent before the first token.
  std::optional<double> cost_per_mtok_usd;
  double cost_usd = 0;  // so far: energy metered, and what owning and renting cost until now
  double energy_j = 0;  // of the sites, as far as it is metered
};

struct RunOptions {
  RequestSink* requests = nullptr;  // may be null
  JobSink* jobs = nullptr;          // may be null
  SeriesSink* series = nullptr;     // needed if the scenario asks for a series
  FleetSink* fleet = nullptr;       // may be null; hears nothing without a series
  EventSink* events = nullptr;      // may be null
  /// Called now and then; false ends the run at once (its results are void).
  std::function<bool(const RunProgress&)> watch;
};

/// Plays the scenario. At most one call per process (SimGrid allows one engine). CHECKs that every
/// ledger closes. Returns false in `completed` if the watcher ended the run.
struct RunOutcome {
  RunResult result;
  bool completed = true;
};
RunOutcome simulate(const Scenario& scenario, const RunOptions& options);

}  // namespace tokenfab
