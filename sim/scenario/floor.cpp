// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/floor.hpp"

#include <fmt/format.h>

#include "sim/scenario/event_log.hpp"
#include "sim/scenario/loader.hpp"

namespace tokenfab {

void Floor::count_completed(const Request& request, const RequestLatency& latency,
                            const ServiceLevel& level, PoolResult& pool) {
  const bool measured = is_measured(request);
  for (auto* ledger : ledgers_of(request, pool.requests)) {
    ++ledger->completed;
    ledger->within_service_level += measured && latency.meets(level) ? 1 : 0;
    ledger->ended_unmeasured += measured ? 0 : 1;
  }
  if (measured) {
    pool.latency.add(latency);
    tenant_of(request).latency.add(latency);
  }
}

void Floor::write_row(SlotId slot, std::string_view service, RequestStatus status,
                      const std::optional<RequestLatency>& latency, std::uint32_t output_tokens,
                      const ServedBy& by) const {
  if (request_sink == nullptr) {
    return;
  }
  const Request& request = requests[slot];
  RequestRecord record;
  record.id = request.number;
  record.service = service;
  record.tenant = tenant_name(request);
  record.status = status;
  record.arrival = request.arrival;
  record.input_tokens = request.input_tokens;
  record.cached_input_tokens = request.cached_tokens;
  record.output_tokens = output_tokens;
  record.pool = by.pool;
  record.replica = by.replica;
  if (latency) {
    record.ttft = latency->ttft;
    record.tpot = latency->tpot;
    record.e2el = latency->e2el;
  } else if (output_tokens > 0) {
    record.ttft = request.first_token - request.arrival;
  }
  request_sink->request(record);
}

void Floor::note(EventKind kind, const PoolPlan& plan, std::uint32_t replica, Instant now,
                 std::string_view detail) const {
  if (events != nullptr) {
    events->add(now, {plan.site, plan.cluster}, kind,
                fmt::format("{}/{}/{}", plan.service, plan.pool, replica), std::string(detail));
  }
}

void Floor::leave(SlotId slot, Instant now, bool was_served) {
  const auto workload = requests[slot].workload;
  const Departure departure{now, requests[slot].handle, was_served};
  requests.give_back(slot);
  --in_system;
  listener.request_left(workload, departure);
}

}  // namespace tokenfab
