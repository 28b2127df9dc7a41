// SPDX-License-Identifier: Apache-2.0
// Where rows go while the run is under way.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/core/instant.hpp"
#include "sim/metrics/event_kinds.hpp"

namespace tokenfab {

enum class RequestStatus { Completed, Rejected, Failed, InFlight };

inline std::string_view name_of(RequestStatus status) {
  switch (status) {
    case RequestStatus::Completed:
      return "completed";
    case RequestStatus::Rejected:
      return "rejected";
    case RequestStatus::Failed:
      return "failed";
    case RequestStatus::InFlight:
      return "in_flight";
  }
  return "";
}

/// One row of requests.csv. Ids count the requests of a service in the order in which its scheduler
/// can first see them.
struct RequestRecord {
  std::uint64_t id = 0;
  std::string_view service;
  std::string_view tenant;
  RequestStatus status = RequestStatus::Completed;
  Instant arrival;
  std::optional<Duration> ttft;
  std::optional<Duration> tpot;
  std::optional<Duration> e2el;
  std::uint32_t input_tokens = 0;
  std::uint32_t cached_input_tokens = 0;
  std::uint32_t output_tokens = 0;
  std::string_view pool;  // of the replica that it was at last; empty: of none
  std::uint32_t replica = 0;
};

/// One row of series.csv: means over the interval that ends at `end`, counts and states at its end.
struct SeriesRecord {
  Instant end;
  std::string_view site;
  double it_power_w = 0;
  double site_power_w = 0;
  double price_usd_per_kwh = 0;
  double carbon_g_per_kwh = 0;
  std::uint64_t requests_waiting = 0;
  std::uint64_t requests_running = 0;
  double output_tokens_per_s = 0;
  std::uint64_t replicas_ready = 0;
  double import_power_w = 0;
  double renewable_power_w = 0;  // own sun and wind, used or exported
  double cooling_power_w = 0;
  double water_l = 0;  // over the interval
  double clock = 1;    // mean of the chips
  double dry_bulb_degc = 0;
  double wet_bulb_degc = 0;
  std::optional<double> coolant_degc;
  std::optional<double> room_degc;
  std::optional<double> chip_degc;
  std::optional<double> battery_charge;  // share of its capacity
  std::uint64_t jobs_waiting = 0;
  std::uint64_t jobs_running = 0;
  double job_chips = 0;  // that jobs hold
};

enum class JobStatus { Completed, Rejected, Running, Waiting };

inline std::string_view name_of(JobStatus status) {
  switch (status) {
    case JobStatus::Completed:
      return "completed";
    case JobStatus::Rejected:
      return "rejected";
    case JobStatus::Running:
      return "running";
    case JobStatus::Waiting:
      return "waiting";
  }
  return "";
}

/// One row of jobs.csv, written when the job ends or the run does.
struct JobRecord {
  std::string_view source;
  std::uint64_t id = 0;
  std::string_view cluster;
  std::string_view user;
  JobStatus status = JobStatus::Completed;
  Instant submit;
  std::optional<Instant> start;  // the first time
  std::optional<Instant> end;
  double chips = 0;
  std::uint64_t nodes = 0;  // that it held last
  std::uint32_t interruptions = 0;
  std::uint32_t preemptions = 0;
};

/// One row of events.csv.
struct EventRecord {
  Instant at;
  std::string_view site;
  std::string_view cluster;  // empty: the whole site
  EventKind kind = EventKind::NodeFailed;
  std::string_view subject;  // SERVICE/POOL/REPLICA, "node 3", "nodes 8-15", a job
  std::string_view detail;   // no commas
};

/// One row of fleet.csv: a group of a pool's units over the interval that ends at `end`. Units are
/// replicas, nodes of jobs, or one for all nodes under a given load.
struct FleetRecord {
  Instant end;
  std::string_view site;
  std::string_view cluster;
  std::string_view pool;
  std::uint32_t group = 0;
  std::uint32_t units = 0;         // of the group, on or off
  double busy = 0;                 // share of their time with work under way
  std::optional<double> kv_usage;  // of those that are on, at the end
  double clock = 1;                // at the end
  double power_w = 0;              // mean at the inputs of the nodes' supplies
};

class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void event(const EventRecord& record) = 0;
};

class FleetSink {
 public:
  virtual ~FleetSink() = default;
  virtual void fleet(const FleetRecord& record) = 0;
};

class JobSink {
 public:
  virtual ~JobSink() = default;
  virtual void job(const JobRecord& record) = 0;
};

class RequestSink {
 public:
  virtual ~RequestSink() = default;
  virtual void request(const RequestRecord& record) = 0;
};

class SeriesSink {
 public:
  virtual ~SeriesSink() = default;
  virtual void series(const SeriesRecord& record) = 0;
};

}  // namespace tokenfab
