// SPDX-License-Identifier: Apache-2.0
// What all parts of a running simulation share.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/serving/request.hpp"
#include "sim/api/workload.hpp"
#include "sim/engine/engine.hpp"
#include "sim/metrics/result.hpp"
#include "sim/metrics/sinks.hpp"

namespace tokenfab {

class EventLog;
struct PoolPlan;

/// The replica that a request is or was at.
struct ServedBy {
  std::string_view pool;
  std::uint32_t replica = 0;  // within its pool
};

/// Told what concerns more than one service.
class FloorListener {
 public:
  virtual ~FloorListener() = default;
  /// A request was answered, rejected or lost: a closed loop goes on, or the run ends.
  virtual void request_left(WorkloadId workload, const Departure& departure) = 0;
  /// A pool without work got some: the plant has to be watched again.
  virtual void became_busy(Instant now) = 0;
};

struct Floor {
  engine::Engine& engine;
  RequestPool& requests;
  FloorListener& listener;
  RequestSink* request_sink;  // may be null
  Instant warmup;             // what is older does not enter latencies and service levels
  std::vector<const std::vector<std::string>*> tenant_name_lists;  // by workload
  std::vector<std::vector<TenantResult>> tenants;                  // by workload, by tenant
  std::vector<ApplicationResult> applications;                     // by workload
  std::uint64_t in_system = 0;  // requests that arrived and have not left
  EventLog* events = nullptr;   // may be null

  bool is_measured(const Request& request) const { return request.arrival >= warmup; }
  const std::string& tenant_name(const Request& request) const {
    return (*tenant_name_lists[request.workload.index])[request.tenant];
  }
  TenantResult& tenant_of(const Request& request) {
    return tenants[request.workload.index][request.tenant];
  }
  ApplicationResult& application_of(const Request& request) {
    return applications[request.workload.index];
  }

  /// Everyone who counts the request: `own` ledger of who does, its application's and its tenant's.
  std::array<RequestLedger*, 3> ledgers_of(const Request& request, RequestLedger& own) {
    return {&own, &application_of(request).requests, &tenant_of(request).requests};
  }
  /// The pool has answered the request.
  void count_completed(const Request& request, const RequestLatency& latency,
                       const ServiceLevel& level, PoolResult& pool);
  /// Writes the request's row, if anybody wants rows.
  void write_row(SlotId slot, std::string_view service, RequestStatus status,
                 const std::optional<RequestLatency>& latency, std::uint32_t output_tokens,
                 const ServedBy& by = {}) const;
  /// Something has become of a replica: for events.csv, if anybody wants it.
  void note(EventKind kind, const PoolPlan& plan, std::uint32_t replica, Instant now,
            std::string_view detail = {}) const;
  /// The request leaves the system: its slot is free afterwards.
  void leave(SlotId slot, Instant now, bool was_served);
};

}  // namespace tokenfab
