// SPDX-License-Identifier: Apache-2.0
// SLO-aware routing: predicts the time to first token on every replica,
//
//     TTFT = (pending prompt tokens + tokens of this prompt that are not cached there) / prefill
//            rate,
//
// and packs: of the replicas that meet the service's TTFT target the one with the most requests
// under way takes the request, so that others stay free for the next long prompt (or to be scaled
// down); of equals the smaller prediction, then the lowest number. If none meets the target, or
// there is none, the smallest prediction wins; of equals the fewest requests, then the lowest
// number.
// `ttft_share` of the target is what a prediction may use, because the prediction leaves out the
// decodes that share the steps, the engine's queue for KV blocks, and the time per output token.
// Source of the prediction: the TTFT estimate of Mooncake's scheduler (R. Qin et al., "Mooncake",
// FAST 2025, section 6: queueing time plus prefill time after the cached prefix).
#pragma once

#include "models/scheduler/replica_order.hpp"
#include "sim/api/field.hpp"
#include "sim/api/router.hpp"

namespace tokenfab {

/// Seconds to the first token of a request on this replica.
double predicted_ttft_s(const ReplicaView& view, std::uint32_t replica, std::uint32_t input_tokens);

struct SloAwareConfig {
  double ttft_share = 1;
  static void describe(Describe<SloAwareConfig>& d);
};

class SloAware : public Router {
 public:
  explicit SloAware(const SloAwareConfig& config) : config_(config) {}
  void start(const ReplicaView& view, RandomStream) override { view_ = &view; }
  std::optional<std::uint32_t> route(const RoutingRequest& request) override;

 private:
  SloAwareConfig config_;
  const ReplicaView* view_ = nullptr;
};

}  // namespace tokenfab
