// SPDX-License-Identifier: Apache-2.0
// Replicas that a router chooses from: all that may start a service's requests, or all that may
// decode them. What the router is told of them is what an operator's metrics tell.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "models/serving/request.hpp"
#include "sim/api/router.hpp"

namespace tokenfab {

class ServicePool;

struct ReplicaRef {
  ServicePool* pool = nullptr;
  std::uint32_t index = 0;  // within the pool
};

class ReplicaGroup : public ReplicaView {
 public:
  ReplicaGroup(std::unique_ptr<Router> router, RandomStream random, RequestPool& requests,
               std::optional<Duration> ttft_target);

  void add(ServicePool& pool);
  /// What its prefill replicas compute goes on in `next`, on the same sites.
  void continues_in(const ReplicaGroup& next) { next_ = &next; }
  /// All replicas are known: the router may start.
  void start();

  bool is_empty() const { return members_.empty(); }
  ReplicaRef member(std::uint32_t number) const {
    return {members_[number].pool, members_[number].index};
  }

  /// The router's choice among the ready replicas on `sites` (by site, null: on all); none if there
  /// is none now.
  std::optional<std::uint32_t> choose(SlotId slot, Instant now, const std::vector<bool>* sites);
  /// Whether a replica exists on the sites, ready or not.
  bool may_ever_serve(const std::vector<bool>* sites) const;
  /// Whether every pool has replicas that can hold the request.
  bool all_can_serve(const Request& request) const;

  void set_ready(std::uint32_t number, bool is_ready);
  /// The request was sent to the replica, got its first token there, and left it.
  void sent(std::uint32_t number, std::uint32_t input_tokens);
  void prompt_done(std::uint32_t number, std::uint32_t input_tokens);
  void answered(std::uint32_t number);

  std::uint32_t replicas() const override { return static_cast<std::uint32_t>(members_.size()); }
  bool all_eligible() const override { return ready_ == members_.size() && sites_ == nullptr; }
  bool is_eligible(std::uint32_t replica) const override;
  std::uint32_t outstanding(std::uint32_t replica) const override {
    return members_[replica].outstanding;
  }
  std::uint64_t pending_prompt_tokens(std::uint32_t replica) const override {
    return members_[replica].pending_tokens;
  }
  double kv_utilization(std::uint32_t replica) const override;
  std::uint32_t cached_tokens(std::uint32_t replica) const override;
  double prefill_tokens_per_s(std::uint32_t replica) const override;
  std::uint32_t pool(std::uint32_t replica) const override { return members_[replica].pool_number; }
  double pool_weight(std::uint32_t number) const override;
  std::uint32_t pool_count() const override { return static_cast<std::uint32_t>(pools_.size()); }
  std::optional<Duration> ttft_target() const override { return ttft_target_; }

 private:
  bool is_allowed(const ServicePool& pool, const std::vector<bool>* sites) const;

  struct Member {
    ServicePool* pool;
    std::uint32_t index;
    std::uint32_t pool_number;
    bool is_ready = false;
    std::uint32_t outstanding = 0;
    std::uint64_t pending_tokens = 0;
  };

  std::unique_ptr<Router> router_;
  RandomStream random_;
  RequestPool& requests_;
  std::optional<Duration> ttft_target_;
  const ReplicaGroup* next_ = nullptr;
  std::vector<Member> members_;
  std::vector<ServicePool*> pools_;
  std::size_t ready_ = 0;
  // Of the request being routed:
  const std::vector<bool>* sites_ = nullptr;
  SlotId slot_;
  Instant now_;
};

}  // namespace tokenfab
