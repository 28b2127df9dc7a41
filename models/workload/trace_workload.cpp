// SPDX-License-Identifier: Apache-2.0
#include "models/workload/trace_workload.hpp"

#include <algorithm>

#include "models/workload/speedup.hpp"
#include "sim/core/mix.hpp"

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
  arrival.date = Instant(sped_up(row_.arrival, config_.speedup));
  arrival.preparation = Duration();
  arrival.input_tokens = row_.input_tokens;
  arrival.output_tokens = row_.output_tokens;
  arrival.priority = row_.priority;
  // 0 is of no session; a name that happens to have that number is as good as another.
  arrival.session =
      row_.session.empty() ? 0 : std::max<std::uint64_t>(text_number(row_.session), 1);
  arrival.handle = 0;
  arrival.answer_joins_last = false;
  arrival.prompt.swap(row_.prompt);
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

std::optional<std::uint64_t> TraceWorkload::expected_requests() const {
  return config_.num_prompts ? std::optional<std::uint64_t>(*config_.num_prompts) : std::nullopt;
}

}  // namespace tokenfab
