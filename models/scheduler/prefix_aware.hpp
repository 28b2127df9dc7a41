// SPDX-License-Identifier: Apache-2.0
// Prefix-aware routing: where the prompt's prefix is cached, unless the work that waits there costs
// more than the hit saves. A replica's cost in tokens is
//
//     prefill_weight x (pending prompt tokens + tokens of this prompt that are not cached there)
//       + requests under way there x mean prompt length so far
//
// and the smallest cost wins; of equals the fewest requests under way, then the lowest number.
// Source: NVIDIA Dynamo KV router (docs.nvidia.com/dynamo, router design, 2025): cost =
// overlap_score_weight x prefill blocks + active decode blocks. The second term stands for the
// active blocks, which the engines do not publish per request. While the load is uneven
// (BalanceThresholds) the hit does not count: the replica with the fewest requests takes it, as in
// SGLang's cache-aware policy.
// Left out: softmax sampling over the costs (Dynamo's router temperature, 0 by default), and a
// router's own, possibly stale, picture of the caches.
#pragma once

#include "models/scheduler/replica_order.hpp"
#include "sim/api/field.hpp"
#include "sim/api/router.hpp"

namespace tokenfab {

struct PrefixAwareConfig : BalanceThresholds {
  double prefill_weight = 1;
  static void describe(Describe<PrefixAwareConfig>& d);
};

class PrefixAware : public Router {
 public:
  explicit PrefixAware(const PrefixAwareConfig& config) : config_(config) {}
  void start(const ReplicaView& view, RandomStream) override { view_ = &view; }
  std::optional<std::uint32_t> route(const RoutingRequest& request) override;

 private:
  PrefixAwareConfig config_;
  const ReplicaView* view_ = nullptr;
  // Of the prompts routed so far.
  std::uint64_t requests_ = 0;
  std::uint64_t prompt_tokens_ = 0;
};

}  // namespace tokenfab
