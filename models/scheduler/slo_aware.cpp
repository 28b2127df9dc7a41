// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/slo_aware.hpp"

namespace tokenfab {

double predicted_ttft_s(const ReplicaView& view, std::uint32_t replica,
                        std::uint32_t input_tokens) {
  const auto uncached = input_tokens - view.cached_tokens(replica);
  return static_cast<double>(view.pending_prompt_tokens(replica) + uncached) /
         view.prefill_tokens_per_s(replica);
}

void SloAwareConfig::describe(Describe<SloAwareConfig>& d) {
  d.field("ttft_share", &SloAwareConfig::ttft_share,
          "Share of the TTFT target that a prediction may use")
      .range(0.01, 1);
}

std::optional<std::uint32_t> SloAware::route(const RoutingRequest& request) {
  struct Candidate {
    std::uint32_t replica;
    std::uint32_t outstanding;
    double ttft_s;
  };
  const auto target = view_->ttft_target();
  const double allowed_s = target ? target->seconds() * config_.ttft_share : 0;
  std::optional<Candidate> packed;
  std::optional<Candidate> fastest;
  for_each_eligible(*view_, [&](std::uint32_t i) {
    const Candidate c{i, view_->outstanding(i), predicted_ttft_s(*view_, i, request.input_tokens)};
    if (!fastest || c.ttft_s < fastest->ttft_s ||
        (c.ttft_s == fastest->ttft_s && c.outstanding < fastest->outstanding)) {
      fastest = c;
    }
    const bool meets = target && c.ttft_s <= allowed_s;
    if (meets && (!packed || c.outstanding > packed->outstanding ||
                  (c.outstanding == packed->outstanding && c.ttft_s < packed->ttft_s))) {
      packed = c;
    }
  });
  const auto& chosen = packed ? packed : fastest;
  return chosen ? std::optional(chosen->replica) : std::nullopt;
}

}  // namespace tokenfab
