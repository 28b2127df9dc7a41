// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/prefix_aware.hpp"

#include <algorithm>

namespace tokenfab {

void PrefixAwareConfig::describe(Describe<PrefixAwareConfig>& d) {
  using C = PrefixAwareConfig;
  d.field("prefill_weight", &C::prefill_weight,
          "Cost of a token to prefill, against a token under way; above 1 favours cache hits")
      .range(0, 1e6)
      .source("NVIDIA Dynamo KV router (2025), overlap score weight");
  describe_balance<C>(d, &C::balance_abs_threshold, &C::balance_rel_threshold);
}

std::optional<std::uint32_t> PrefixAware::route(const RoutingRequest& request) {
  ++requests_;
  prompt_tokens_ += request.input_tokens;
  const double mean_prompt = static_cast<double>(prompt_tokens_) / static_cast<double>(requests_);
  std::optional<std::uint32_t> best;
  std::uint32_t best_outstanding = 0;
  double best_cost = 0;
  std::optional<std::uint32_t> idlest;
  std::uint32_t least = 0;
  std::uint32_t most = 0;
  for_each_eligible(*view_, [&](std::uint32_t i) {
    const auto outstanding = view_->outstanding(i);
    most = std::max(most, outstanding);
    if (!idlest || outstanding < least) {
      idlest = i;
      least = outstanding;
    }
    const auto uncached = request.input_tokens - view_->cached_tokens(i);
    const auto prefill = static_cast<double>(view_->pending_prompt_tokens(i) + uncached);
    const double cost = config_.prefill_weight * prefill + mean_prompt * outstanding;
    if (!best || cost < best_cost || (cost == best_cost && outstanding < best_outstanding)) {
      best = i;
      best_cost = cost;
      best_outstanding = outstanding;
    }
  });
  return config_.is_uneven(most, least) ? idlest : best;
}

}  // namespace tokenfab
