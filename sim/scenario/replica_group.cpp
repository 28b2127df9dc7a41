// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/replica_group.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/check.hpp"
#include "sim/scenario/service_pool.hpp"

namespace tokenfab {

ReplicaGroup::ReplicaGroup(std::unique_ptr<Router> router, RandomStream random,
                           RequestPool& requests, std::optional<Duration> ttft_target)
    : router_(std::move(router)), random_(random), requests_(requests), ttft_target_(ttft_target) {}

void ReplicaGroup::add(ServicePool& pool) {
  const auto number = static_cast<std::uint32_t>(pools_.size());
  pools_.push_back(&pool);
  pool.join(*this, static_cast<std::uint32_t>(members_.size()));
  for (std::uint32_t i = 0; i < pool.replicas(); ++i) {
    members_.push_back({&pool, i, number});
  }
}

void ReplicaGroup::start() {
  if (!members_.empty()) {
    router_->start(*this, random_);
  }
}

std::optional<std::uint32_t> ReplicaGroup::choose(SlotId slot, Instant now,
                                                  const std::vector<bool>* sites) {
  if (ready_ == 0) {
    return std::nullopt;
  }
  slot_ = slot;
  now_ = now;
  sites_ = sites;
  const Request& request = requests_[slot];
  const auto chosen = router_->route({request.input_tokens, request.session, request.priority});
  CHECK(!chosen || is_eligible(*chosen), "the router chose replica {}", *chosen);
  return chosen;
}

bool ReplicaGroup::may_ever_serve(const std::vector<bool>* sites) const {
  return std::any_of(pools_.begin(), pools_.end(),
                     [&](const auto* pool) { return is_allowed(*pool, sites); });
}

bool ReplicaGroup::is_allowed(const ServicePool& pool, const std::vector<bool>* sites) const {
  if (sites == nullptr) {
    return true;
  }
  const bool goes_on = pool.hands_over() && next_ != nullptr;
  return (*sites)[pool.site()] && (!goes_on || next_->may_ever_serve(sites));
}

bool ReplicaGroup::all_can_serve(const Request& request) const {
  return std::all_of(pools_.begin(), pools_.end(),
                     [&](const auto* pool) { return pool->can_serve(request); });
}

void ReplicaGroup::set_ready(std::uint32_t number, bool is_ready) {
  Member& member = members_[number];
  if (member.is_ready != is_ready) {
    member.is_ready = is_ready;
    is_ready ? ++ready_ : --ready_;
  }
}

void ReplicaGroup::sent(std::uint32_t number, std::uint32_t input_tokens) {
  Member& member = members_[number];
  member.pending_tokens += input_tokens;
  router_->outstanding_changed(number, ++member.outstanding);
}

void ReplicaGroup::prompt_done(std::uint32_t number, std::uint32_t input_tokens) {
  members_[number].pending_tokens -= input_tokens;
}

void ReplicaGroup::answered(std::uint32_t number) {
  router_->outstanding_changed(number, --members_[number].outstanding);
}

bool ReplicaGroup::is_eligible(std::uint32_t replica) const {
  const Member& member = members_[replica];
  return member.is_ready && is_allowed(*member.pool, sites_);
}

double ReplicaGroup::kv_utilization(std::uint32_t replica) const {
  return members_[replica].pool->kv_utilization(members_[replica].index, now_);
}

std::uint32_t ReplicaGroup::cached_tokens(std::uint32_t replica) const {
  const auto& prompt = requests_.prompt(slot_);
  return prompt.empty()
             ? 0
             : members_[replica].pool->cached_prefix(members_[replica].index, prompt, now_);
}

double ReplicaGroup::prefill_tokens_per_s(std::uint32_t replica) const {
  return members_[replica].pool->prefill_tokens_per_s();
}

double ReplicaGroup::pool_weight(std::uint32_t number) const { return pools_[number]->weight(); }

}  // namespace tokenfab
