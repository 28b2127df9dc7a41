// SPDX-License-Identifier: Apache-2.0
#include "models/workload/session_trace_workload.hpp"

#include <algorithm>
#include <utility>

#include "models/workload/speedup.hpp"
#include "sim/core/mix.hpp"

namespace tokenfab {

void SessionTraceWorkloadConfig::describe(Describe<SessionTraceWorkloadConfig>& d) {
  using C = SessionTraceWorkloadConfig;
  d.field("format", &C::format, "Format of the file; auto tells it by the first line");
  d.field("path", &C::path, "File name, looked for beside the scenario and in TOKENFAB_DATA")
      .required();
  d.field("speedup", &C::speedup, "How many times as fast as recorded the gaps between requests go")
      .range(1e-6, 1e6);
  d.field("gap_max", &C::gap_max, "Longest gap, as recorded; longer ones are cut to it")
      .range(0, 1e9);
  describe_in(d);
}

void SessionTraceWorkload::open(WorkloadInputs inputs) {
  sessions_ = std::move(inputs.sessions);
  salt_ = inputs.stream("contents").next_u64();
  SessionWorkload::open(std::move(inputs));
}

bool SessionTraceWorkload::fill(std::uint64_t, Session& session) {
  if (!sessions_->next(session)) {
    return false;
  }
  for (auto& request : session.requests) {
    if (config_.gap_max) {
      request.gap = std::min(request.gap, Duration::from_seconds(config_.gap_max->si()));
    }
    request.gap = sped_up(request.gap, config_.speedup);
  }
  for (auto& span : session.spans) {
    span.content = chained(salt_, span.content);
  }
  return true;
}

}  // namespace tokenfab
