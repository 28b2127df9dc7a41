// SPDX-License-Identifier: Apache-2.0
// Services at run time: a router in front of replicas, each replica a machine on the agenda, each
// pool the observer of its replicas.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/serving/replica.hpp"
#include "sim/api/router.hpp"
#include "sim/api/workload.hpp"
#include "sim/engine/engine.hpp"
#include "sim/metrics/queue_trend.hpp"
#include "sim/metrics/result.hpp"
#include "sim/metrics/sinks.hpp"
#include "sim/scenario/loader.hpp"

namespace tokenfab {

class ServiceRuntime;

/// Told what concerns more than one service.
class FloorListener {
 public:
  virtual ~FloorListener() = default;
  /// A request was answered or rejected: a closed loop goes on, or the run ends.
  virtual void request_left(WorkloadId workload, const Departure& departure) = 0;
  /// A pool without work got some: the plant has to be watched again.
  virtual void became_busy(Instant now) = 0;
};

/// What all parts of a running simulation share.
struct Floor {
  engine::Engine& engine;
  RequestPool& requests;
  FloorListener& listener;
  RequestSink* request_sink;  // may be null
  Instant warmup;             // what is older does not enter latencies and service levels
  bool is_measured(const Request& request) const { return request.arrival >= warmup; }
  const std::vector<std::string>* tenant_names(WorkloadId workload) const {
    return tenant_name_lists[workload.index];
  }
  std::vector<const std::vector<std::string>*> tenant_name_lists;
  std::vector<std::vector<TenantResult>> tenants;  // by workload, by tenant
  std::vector<ApplicationResult> applications;     // by workload
  TenantResult& tenant_of(const Request& request) {
    return tenants[request.workload.index][request.tenant];
  }
  /// What the request's tenant and its application have in common.
  template <class Count>
  void count_for_customer(const Request& request, const Count& count) {
    auto& tenant = tenant_of(request);
    auto& application = applications[request.workload.index];
    count(tenant.requests, tenant.latency);
    count(application.requests, application.latency);
  }
  std::uint64_t in_system = 0;  // requests that arrived and have not left
};

/// The replicas of one pool.
class PoolRuntime : public ReplicaObserver, public engine::FlowHandler {
 public:
  PoolRuntime(const PoolPlan& plan, const ServiceLevel& level, Stepping stepping, Floor& floor,
              ServiceRuntime& service, std::uint32_t first_replica, std::uint32_t site);

  std::uint32_t replicas() const { return static_cast<std::uint32_t>(machines_.size()); }
  const ReplicaLimits& limits() const { return limits_; }
  const PoolPlan& plan() const { return *plan_; }
  std::uint32_t site() const { return site_; }

  /// Starts loading weights, if the pool starts cold.
  void start();
  void submit(std::uint32_t replica, SlotId slot, Instant now);

  /// Energy above idle since the last call, summed in replica order.
  double harvest_energy_j(Instant now);
  std::uint64_t harvest_tokens(Instant now);
  /// Input and output tokens up to the last batch change.
  std::uint64_t tokens_so_far() const { return tokens_stepped_ + result_.requests.input_tokens; }
  bool any_busy() const { return busy_ > 0; }
  std::uint64_t waiting() const;
  std::uint64_t running() const;

  /// The horizon: settles what is under way and counts the requests in flight.
  void stop_at(Instant now);
  /// CHECKs that tokens and energy add up, and hands over the result.
  PoolResult& close();
  PoolResult& result() { return result_; }

  void steps_done(const StepsRecord& record) override;
  void first_token(SlotId slot, Instant now) override;
  void token_after_preemption(SlotId slot, Duration gap) override;
  void preempted(SlotId slot) override;
  void finished(SlotId slot, Instant now) override;
  void flow_ended(engine::FlowId flow, Instant now, bool delivered) override;

 private:
  struct Machine : engine::EventHandler {
    Machine(PoolRuntime& owner, const ReplicaLimits& limits, Stepping stepping);
    void handle_event(Instant now) override;
    void reschedule(Instant now);

    PoolRuntime& pool;
    Replica replica;
    engine::Agenda::Slot slot;
    Instant steps_began;  // of the run of steps under way
    bool was_busy = false;
  };

  void add_gaps(const StepsRecord& record);
  void report(SlotId slot, RequestStatus status, std::optional<RequestLatency> latency,
              std::uint32_t output_tokens);

  const PoolPlan* plan_;
  ServiceLevel level_;
  Floor& floor_;
  ServiceRuntime& service_;
  std::uint32_t first_replica_;  // number of machines_[0] within the service
  std::uint32_t site_;
  std::unique_ptr<StepModel> step_model_;
  ReplicaLimits limits_;
  std::vector<std::unique_ptr<Machine>> machines_;
  std::vector<std::pair<engine::FlowId, std::uint32_t>> loading_;  // flow, replica
  Instant steps_began_;    // of the run of steps that steps_done() is told of
  std::int32_t busy_ = 0;  // machines with work
  PoolResult result_;
  double harvested_j_ = 0;
  std::uint64_t tokens_stepped_ = 0;  // counted from steps ...
  std::uint64_t tokens_settled_ = 0;  // ... and from requests: must agree at the end
};

class ServiceRuntime : public ReplicaView {
 public:
  ServiceRuntime(std::string name, ServiceId id, std::unique_ptr<Router> router,
                 RandomStream router_random);

  void add_pool(std::unique_ptr<PoolRuntime> pool) { pools_.push_back(std::move(pool)); }
  void start();

  const std::string& name() const { return name_; }
  ServiceId id() const { return id_; }
  const std::vector<std::unique_ptr<PoolRuntime>>& pools() const { return pools_; }

  /// A new request reaches the router; it is numbered, and sent to a replica or rejected.
  void submit(SlotId slot, Instant now, Floor& floor);
  /// The horizon caught a request before the router saw it.
  void hold_back(SlotId slot, Floor& floor);
  void answered(std::uint32_t replica);

  std::uint32_t replicas() const override { return static_cast<std::uint32_t>(replicas_.size()); }
  bool all_eligible() const override { return true; }
  bool is_eligible(std::uint32_t) const override { return true; }
  std::uint32_t outstanding(std::uint32_t replica) const override { return outstanding_[replica]; }
  std::uint64_t pending_prompt_tokens(std::uint32_t) const override { return 0; }
  double kv_utilization(std::uint32_t) const override { return 0; }
  std::uint32_t cached_tokens(std::uint32_t) const override { return 0; }
  double prefill_tokens_per_s(std::uint32_t) const override { return 1; }
  std::uint32_t pool(std::uint32_t) const override { return 0; }
  double pool_weight(std::uint32_t) const override { return 1; }
  std::uint32_t pool_count() const override { return 1; }
  std::optional<Duration> ttft_target() const override { return std::nullopt; }

  /// Requests that no pool has: rejected, or in the front end at the horizon.
  const RequestLedger& unrouted() const { return unrouted_; }
  /// How the waiting requests of all pools changed over the arrivals.
  QueueGrowth queue_growth() const { return queue_trend_.growth(replicas_.size()); }

 private:
  void accept(SlotId slot, Floor& floor);
  void report(SlotId slot, RequestStatus status, const Floor& floor) const;

  std::string name_;
  ServiceId id_;
  std::unique_ptr<Router> router_;
  RandomStream router_random_;
  std::vector<std::unique_ptr<PoolRuntime>> pools_;
  std::vector<std::pair<PoolRuntime*, std::uint32_t>> replicas_;  // pool, number within it
  std::vector<std::uint32_t> outstanding_;
  std::uint64_t numbered_ = 0;
  RequestLedger unrouted_;
  QueueTrend queue_trend_;
};

}  // namespace tokenfab
