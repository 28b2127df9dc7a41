// SPDX-License-Identifier: Apache-2.0
// Where requests come from. A workload is a source: it is handed data and random streams, and
// gives requests in order of their dates.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/api/generation.hpp"
#include "sim/api/prompt.hpp"
#include "sim/api/request_reader.hpp"
#include "sim/api/session.hpp"
#include "sim/core/instant.hpp"
#include "sim/core/random.hpp"

namespace tokenfab {

/// One request as its sender knows it.
struct Arrival {
  Instant date;
  Duration preparation;  // work before the service sees it (retrieval), part of the TTFT
  std::uint32_t input_tokens = 0;
  std::uint32_t output_tokens = 0;
  std::uint32_t tenant = 0;        // index into tenants()
  std::int32_t priority = 0;       // lower values are served first where the engine heeds it
  std::uint64_t session = 0;       // requests of one session share it; 0: of no session
  std::uint64_t handle = 0;        // the workload's own: handed back when the request ends
  bool answer_joins_last = false;  // later prompts continue the last span with the answer
  std::vector<PromptSpan> prompt;  // input_tokens in all; empty: content that nobody shares
  GenerationShape generation;      // images or video instead of text; zero: text
};

/// A request of the workload has left the system.
struct Departure {
  Instant date;
  std::uint64_t handle = 0;
  bool was_served = false;  // false: rejected or failed
};

/// What the agents of a workload have achieved; an agent is whoever runs sessions one after
/// another.
struct AgentActivity {
  std::uint64_t tasks_completed = 0;         // sessions whose every request was served
  std::uint64_t tasks_failed = 0;            // sessions given up after a lost request
  std::vector<std::uint64_t> agents_by_day;  // distinct agents with a task completed that local day
};

/// A file of requests or of sessions that a workload replays.
struct TraceFile {
  std::string path;
  std::string format;         // "auto": told by the file's first line
  bool has_sessions = false;  // its rows are sessions
};

/// What a workload may use besides its configuration.
struct WorkloadInputs {
  /// A random stream of this workload alone, by purpose.
  std::function<RandomStream(std::string_view purpose)> stream;
  std::unique_ptr<RequestReader> trace;     // present if the workload named a file of requests
  std::unique_ptr<SessionReader> sessions;  // present if the workload named a file of sessions
  Duration time_of_day;                     // local, at date 0
  /// Of grid energy at the service's site, for the next 24 hours from any date; may be empty.
  std::function<double(Instant)> price_usd_per_j;
  std::function<double(Instant)> carbon_kg_per_j;
};

class Workload {
 public:
  virtual ~Workload() = default;

  /// The file to replay, if any; asked before open().
  virtual std::optional<TraceFile> trace_file() const { return std::nullopt; }
  virtual void open(WorkloadInputs inputs) = 0;

  /// The next request whose date is known; dates never decrease. False: none, for now (a closed
  /// loop goes on with after_completion()) or for good.
  /// Every field of `arrival` is set; it may hold an earlier request's values on entry.
  virtual bool next(Arrival& arrival) = 0;
  /// A request of this workload has left: appends to `next` the requests that its client sends in
  /// return, dated not before the departure.
  virtual void departed(const Departure& departure, std::vector<Arrival>& next) {
    static_cast<void>(departure);
    static_cast<void>(next);
  }
  /// Present if the workload's requests are the work of agents.
  virtual std::optional<AgentActivity> agents() const { return std::nullopt; }
  /// Requests answered by the deadline of the whole workload; absent if it has none.
  virtual std::optional<std::uint64_t> answered_in_time() const { return std::nullopt; }

  /// Requests in all, where known beforehand; for progress and estimates only.
  virtual std::optional<std::uint64_t> expected_requests() const { return std::nullopt; }
  /// Mean offered rate in requests per second, where known beforehand.
  virtual std::optional<double> offered_rate_per_s() const { return std::nullopt; }
  /// Mean input and output tokens of a request, where known beforehand.
  virtual std::optional<std::pair<double, double>> mean_lengths() const { return std::nullopt; }
  /// Shapes that requests for images or video may have; none: all requests are text.
  virtual std::vector<GenerationShape> generation_shapes() const { return {}; }
  /// How often each of these shapes is asked for, in all 1; empty where that is not known.
  virtual std::vector<double> generation_shares() const { return {}; }
  /// Whether requests end by themselves; if not the scenario needs a horizon.
  virtual bool is_finite() const = 0;

  /// Names by tenant index; grows while the workload is read. Index 0 is the nameless tenant.
  virtual const std::vector<std::string>& tenants() const {
    static const std::vector<std::string> nameless{""};
    return nameless;
  }
};

}  // namespace tokenfab
