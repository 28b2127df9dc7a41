// SPDX-License-Identifier: Apache-2.0
#include "models/workload/trace_workload.hpp"

#include <cmath>

namespace tokenfab {

void TraceWorkloadConfig::describe(Describe<TraceWorkloadConfig>& d) {
  using C = TraceWorkloadConfig;
  d.field("format", &C::format, "Format of the file; auto tells it by the first line");
  d.field("path", &C::path, "File name, looked for beside the scenario and in TOKENFAB_DATA")
      .required();
  d.field("speedup", &C::speedup, "How many times as fast as recorded the requests arrive")
      .range(1e-6, 1e6);
  d.field("num_prompts", &C::num_prompts, "Only the first so many requests").range(1, 1e12);
}

bool TraceWorkload::next(Arrival& arrival) {
  if ((config_.num_prompts && given_ >= *config_.num_prompts) || !trace_->next(row_)) {
    return false;
  }
  ++given_;
  arrival.date = date_of(row_.arrival);
  arrival.input_tokens = row_.input_tokens;
  arrival.output_tokens = row_.output_tokens;
  arrival.priority = row_.priority;
  arrival.tenant = 0;
  if (!row_.tenant.empty()) {
    const auto [found, is_new] =
        tenant_index_.try_emplace(row_.tenant, static_cast<std::uint32_t>(tenants_.size()));
    if (is_new) {
      tenants_.push_back(row_.tenant);
    }
    arrival.tenant = found->second;
  }
  return true;
}

Instant TraceWorkload::date_of(Duration arrival) const {
  const double speedup = config_.speedup;
  if (speedup == std::floor(speedup)) [[likely]] {
    return Instant(arrival / static_cast<std::int64_t>(speedup));
  }
  const double ticks = static_cast<double>(arrival.ticks()) / speedup;
  return Instant(Duration::from_ticks(static_cast<Int128>(ticks)));
}

std::optional<std::uint64_t> TraceWorkload::expected_requests() const {
  return config_.num_prompts ? std::optional<std::uint64_t>(*config_.num_prompts) : std::nullopt;
}

}  // namespace tokenfab
