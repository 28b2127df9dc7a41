// SPDX-License-Identifier: Apache-2.0
// Replicas as a router test sets them up: plain vectors, every answer the test's own.
#pragma once

#include <algorithm>
#include <vector>

#include "sim/api/router.hpp"

namespace tokenfab {

class FixedReplicaView : public ReplicaView {
 public:
  explicit FixedReplicaView(std::uint32_t replicas)
      : eligible(replicas, true),
        outstanding_requests(replicas, 0),
        prompt_tokens(replicas, 0),
        kv_share(replicas, 0),
        cached(replicas, 0),
        prefill_rate(replicas, 1e4),
        pool_of(replicas, 0) {}

  std::uint32_t replicas() const override { return static_cast<std::uint32_t>(eligible.size()); }
  bool all_eligible() const override {
    return std::find(eligible.begin(), eligible.end(), false) == eligible.end();
  }
  bool is_eligible(std::uint32_t replica) const override { return eligible[replica]; }
  std::uint32_t outstanding(std::uint32_t replica) const override {
    return outstanding_requests[replica];
  }
  std::uint64_t pending_prompt_tokens(std::uint32_t replica) const override {
    return prompt_tokens[replica];
  }
  double kv_utilization(std::uint32_t replica) const override { return kv_share[replica]; }
  std::uint32_t cached_tokens(std::uint32_t replica) const override { return cached[replica]; }
  double prefill_tokens_per_s(std::uint32_t replica) const override {
    return prefill_rate[replica];
  }
  std::uint32_t pool(std::uint32_t replica) const override { return pool_of[replica]; }
  double pool_weight(std::uint32_t number) const override { return weights[number]; }
  std::uint32_t pool_count() const override { return static_cast<std::uint32_t>(weights.size()); }
  std::optional<Duration> ttft_target() const override { return ttft; }

  std::vector<bool> eligible;
  std::vector<std::uint32_t> outstanding_requests;
  std::vector<std::uint64_t> prompt_tokens;
  std::vector<double> kv_share;
  std::vector<std::uint32_t> cached;
  std::vector<double> prefill_rate;
  std::vector<std::uint32_t> pool_of;
  std::vector<double> weights{1};
  std::optional<Duration> ttft;
};

}  // namespace tokenfab
