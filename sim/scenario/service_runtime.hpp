// SPDX-License-Identifier: Apache-2.0
// A service at run time: its front door (rules of tenants, admission), the router in front of its
// replicas, the way from prefill to decode pools, and what happens to requests whose replica is
// lost. Pools keep the ledger of what they serve; the service keeps that of everything else.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/scheduler/admission.hpp"
#include "sim/metrics/queue_trend.hpp"
#include "sim/scenario/kv_handover.hpp"
#include "sim/scenario/pool_runtime.hpp"
#include "sim/scenario/render_pool_runtime.hpp"
#include "sim/scenario/replica_group.hpp"
#include "sim/scenario/tenant_rules.hpp"

namespace tokenfab {

class ServiceRuntime : public PoolListener, public engine::EventHandler {
 public:
  ServiceRuntime(std::string name, ServiceId id, const ServiceConfig& config, Floor& floor,
                 TenantRules& tenants, const ScenarioConfig& scenario);

  /// Pools in name order. Prefill and mixed pools start requests, decode pools go on with them.
  void add_pool(const PoolPlan& plan, Stepping stepping, std::uint32_t site);
  /// After the last pool.
  void start(Transfers& transfers);

  const std::string& name() const override { return name_; }
  const std::vector<std::unique_ptr<ServicePool>>& pools() const { return pools_; }
  /// Those of a language model, whose replicas an autoscaler may start and stop.
  const std::vector<PoolRuntime*>& text_pools() const { return text_pools_; }

  /// A new request reaches the front door; it is numbered, and sent to a replica or rejected.
  void submit(SlotId slot, Instant now);
  /// The horizon caught a request before the front door saw it.
  void hold_back(SlotId slot);
  /// The horizon: counts the requests that no pool has.
  void stop_at(Instant now);

  /// Called when a request finds no replica: autoscalers need not wait for their interval.
  void when_held(std::function<void(Instant)> listener) {
    when_held_.push_back(std::move(listener));
  }

  /// Requests that wait for any replica of the service.
  std::uint64_t held() const {
    return held_.size() + (handover_ == nullptr ? 0 : handover_->homeless());
  }
  /// Routed or held back so far.
  std::uint64_t arrivals() const { return ledger_.arrived; }

  /// New weights for all pools; `done` is told when all have them.
  void redeploy(Instant now, std::uint32_t max_unavailable_per_pool,
                std::function<void(Instant)> done);

  /// The deadline of a request that is held.
  void handle_event(Instant now) override;

  /// What no pool counts: arrivals, rejections, failures, requests that no pool has at the end.
  const RequestLedger& ledger() const { return ledger_; }
  /// How the waiting requests of all pools changed over the arrivals.
  QueueGrowth queue_growth() const { return queue_trend_.growth(entry_.replicas()); }

  void prefilled(SlotId slot, Instant now) override;
  void reserved(SlotId slot, Instant now) override { handover_->reserved(slot, now); }
  void expired(SlotId slot, Instant now) override;
  void lost(SlotId slot, Instant now, ServicePool& pool) override;
  void became_ready(ServicePool& pool, Instant now) override;
  void completed(SlotId slot, Instant now) override;

 private:
  void accept(SlotId slot);
  void dispatch(SlotId slot, Instant now);
  void hold(SlotId slot, Instant now);
  void let_go(SlotId slot);
  std::pair<Instant, std::uint32_t> expiry_of(SlotId slot) const;
  void await_next_expiry(Instant now);
  void send(SlotId slot, Instant now, std::uint32_t replica);
  void reject(SlotId slot, Instant now, std::uint64_t RequestLedger::*reason);
  void fail(SlotId slot, Instant now);
  void count_in_flight(SlotId slot);
  /// The request leaves unserved: in every ledger that knows it.
  template <class Count>
  void count(const Request& request, Count count);

  std::string name_;
  ServiceId id_;
  const ServiceConfig& config_;
  Floor& floor_;
  TenantRules& tenants_;
  Admission admission_;  // limits of tenants hold per service
  ReplicaGroup entry_;
  ReplicaGroup decode_;
  SharedTiers shared_tiers_;
  std::vector<std::unique_ptr<ServicePool>> pools_;
  std::vector<PoolRuntime*> text_pools_;
  std::unique_ptr<KvHandover> handover_;
  std::deque<SlotId> held_;  // for want of a ready replica
  std::optional<Duration> deadline_;
  std::set<std::pair<Instant, std::uint32_t>> expiries_;  // of held requests: date, slot
  engine::Agenda::Slot expiry_slot_;
  std::vector<std::function<void(Instant)>> when_held_;
  std::uint64_t numbered_ = 0;
  RequestLedger ledger_;
  QueueTrend queue_trend_;
};

}  // namespace tokenfab
