// SPDX-License-Identifier: Apache-2.0
// A pool at run time: equal replicas, each a machine on the agenda, that start, drain, fail and are
// repaired; the pool observes them and keeps their ledger.
//
// A replica is off, loading its weights, ready, or draining (it finishes what it has and takes
// nothing new, and is then off or loads new weights). Weights come from the site's storage over the
// network as flows; then the engine takes its start-up time.
// Left out: while new weights are deployed, a prompt computed with the old ones may be decoded with
// the new ones.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/serving/kv_tiers.hpp"
#include "models/serving/replica.hpp"
#include "sim/engine/engine.hpp"
#include "sim/metrics/result.hpp"
#include "sim/scenario/floor.hpp"
#include "sim/scenario/loader.hpp"
#include "sim/scenario/replica_group.hpp"
#include "sim/scenario/rolling_update.hpp"
#include "sim/scenario/service_pool.hpp"

namespace tokenfab {

ServiceLevel service_level_of(const ServiceConfig& service);

/// Stores of KV blocks that the pools of a service share, by name.
using SharedTiers = std::map<std::string, std::unique_ptr<KvTier>>;

class PoolRuntime : public ServicePool,
                    public ReplicaObserver,
                    public engine::FlowHandler,
                    private UpdatedFleet {
 public:
  PoolRuntime(const PoolPlan& plan, const ServiceConfig& service, Stepping stepping, Floor& floor,
              PoolListener& listener, std::uint32_t site, SharedTiers& shared_tiers,
              const WaitingQueue::TenantWeight& tenant_weight);

  /// The group that its replicas belong to, the first as number `first`.
  void join(ReplicaGroup& group, std::uint32_t first) override;
  /// All replicas that run at date 0 are ready, or begin to load.
  void start() override;

  std::uint32_t replicas() const override { return static_cast<std::uint32_t>(machines_.size()); }
  const ReplicaLimits& limits() const { return limits_; }
  const PoolPlan& plan() const override { return *plan_; }
  std::uint32_t site() const override { return site_; }

  /// Whether it is within the context and the KV cache of a replica.
  bool can_serve(const Request& request) const override;
  void submit(std::uint32_t replica, SlotId slot, Instant now) override;
  void submit_decode(std::uint32_t replica, SlotId slot, Instant now);
  void kv_arrived(std::uint32_t replica, SlotId slot, Instant now);
  void abandon(std::uint32_t replica, SlotId slot, Instant now);
  void release(std::uint32_t replica, SlotId slot, Instant now);

  /// What routers and autoscalers see.
  double kv_utilization(std::uint32_t replica, Instant now) const override;
  double mean_kv_utilization(Instant now) const;
  std::uint32_t cached_prefix(std::uint32_t replica, std::span<const PromptSpan> prompt,
                              Instant now) override;
  double prefill_tokens_per_s() const override { return prefill_tokens_per_s_; }
  bool hands_over() const override { return limits_.role == ReplicaRole::Prefill; }
  /// Whether the replica works off what it gets: it is ready, or draining.
  bool is_up(std::uint32_t replica) const {
    const auto state = machines_[replica]->state;
    return state == State::Ready || state == State::Draining;
  }
  std::uint32_t ready() const { return ready_; }
  std::uint32_t starting() const { return starting_; }

  /// The autoscaler's order: so many replicas ready or starting.
  void scale_to(std::uint32_t wanted, Instant now);
  void redeploy(Instant now, std::uint32_t max_unavailable,
                std::function<void(Instant)> done) override;
  void lend_to(ChipBorrower& borrower) override { borrower_ = &borrower; }
  void node_fails(std::uint32_t node) override;
  void node_failed(std::uint32_t node, Instant now) override;
  void node_repaired(std::uint32_t node, Instant now) override;

  /// Where a request's KV cache lies in the replica, and what its ports carry.
  engine::HostPlace place_of(std::uint32_t replica, std::uint64_t request) const;
  BytesPerSecond port_bandwidth(bool is_within_node) const;
  Bytes kv_bytes(std::uint32_t tokens) const;
  /// Of the step that has just ended.
  Duration last_step_time() const { return last_step_time_; }
  /// The router need no longer reckon with the request here.
  void leave_replica(SlotId slot) override;

  double harvest_energy_j(Instant now) override;
  std::uint64_t harvest_tokens(Instant now) override;
  /// Input and output tokens up to the last batch change.
  TokenCounts tokens_so_far() const override {
    return {result_.requests.input_tokens, tokens_stepped_};
  }
  bool any_busy() const override { return busy_ > 0; }
  std::uint32_t ready_replicas() const override { return ready_; }
  double active_chip_seconds(Instant now) const override;
  std::uint64_t waiting() const override;
  std::uint64_t running() const override;
  void set_clock(double clock, Instant now) override;
  std::uint32_t units() const override { return replicas(); }
  void read_units(Instant now, std::span<UnitGroup> groups) const override;

  /// The horizon: settles what is under way and counts the requests in flight.
  void stop_at(Instant now) override;
  /// CHECKs that tokens and energy add up, and hands over the result.
  PoolResult& close() override;
  PoolResult& result() override { return result_; }

  void steps_done(const StepsRecord& record) override;
  void first_token(SlotId slot, Instant now) override;
  void token_after_preemption(SlotId slot, Duration gap) override;
  void preempted(SlotId slot) override;
  void finished(SlotId slot, Instant now) override;
  void prefilled(SlotId slot, Instant now) override;
  void reserved(SlotId slot, Instant now) override { service_.reserved(slot, now); }
  void expired(SlotId slot, Instant now) override;
  void flow_ended(engine::FlowId flow, Instant now, bool delivered) override;

 private:
  enum class State { Off, Loading, Ready, Draining };
  struct Machine : engine::EventHandler {
    Machine(PoolRuntime& owner, const ReplicaLimits& limits, Stepping stepping,
            const WaitingQueue::TenantWeight& tenant_weight);
    void handle_event(Instant now) override;
    void reschedule(Instant now);

    PoolRuntime& pool;
    Replica replica;
    engine::Agenda::Slot slot;
    Instant steps_began;  // of the run of steps under way
    bool was_busy = false;
    Instant busy_since;
    Duration busy;        // before that
    double energy_j = 0;  // harvested
    State state = State::Off;
    std::uint32_t nodes_down = 0;
    bool comes_back = false;    // when its nodes are repaired
    bool is_lent = false;       // while off
    std::uint32_t weights = 0;  // version that it serves with or loads
    bool is_updating = false;   // drains or loads for new weights; counted as starting
    Instant active_since;       // holds its chips
    std::unique_ptr<KvTiers> tiers;
  };
  struct Alarm : engine::EventHandler {
    explicit Alarm(PoolRuntime& owner) : pool(owner) {}
    void handle_event(Instant now) override { pool.alarm(now); }
    PoolRuntime& pool;
  };
  /// A request whose KV blocks are being fetched from a tier, or (no_slot) a replica whose engine
  /// starts.
  struct Pending {
    Instant date;
    std::uint64_t order;
    std::uint32_t slot;
    std::uint32_t replica;
    bool operator>(const Pending& other) const {
      return date != other.date ? date > other.date : order > other.order;
    }
  };

  template <class Change>
  void change(std::uint32_t replica, Instant now, Change change);
  const StepModel& step_model(double clock);
  std::unique_ptr<KvTiers> make_tiers(SharedTiers& shared);
  bool begin_fetch(std::uint32_t replica, SlotId slot, Instant now);
  Duration compute_time(std::uint32_t from, std::uint32_t to) const;
  void add_alarm(const Pending& pending);
  void alarm(Instant now);
  std::uint64_t fetching() const;
  void prompt_done(SlotId slot);
  void count_prompt(SlotId slot);
  void settle_tokens(SlotId slot, std::uint32_t emitted);
  void add_gaps(const StepsRecord& record);

  void note(EventKind kind, std::uint32_t replica, Instant now,
            std::string_view detail = {}) const {
    floor_.note(kind, *plan_, replica, now, detail);
  }
  void begin_loading(std::uint32_t replica, Instant now);
  void become_ready(std::uint32_t replica, Instant now);
  void call_off_start(std::uint32_t replica);
  void turn_off(std::uint32_t replica, Instant now);
  void empty(Machine& machine, Instant now);
  void release_chips(Machine& machine, Instant now);
  void lend(std::uint32_t replica, Instant now);
  void reclaim(std::uint32_t replica, Instant now);
  ChipRange chips_of(std::uint32_t replica) const {
    return {plan_->first_chip(replica), plan_->config->chips_per_replica()};
  }
  UpdateStage update_stage(std::uint32_t replica) const override;
  void update(std::uint32_t replica, Instant now) override;
  void load_update(std::uint32_t replica, Instant now);
  static bool is_starting(const Machine& machine) {
    return machine.state == State::Loading || machine.is_updating;
  }
  void shrink_by(std::uint32_t replica, Instant now);
  std::span<const PromptSpan> tier_key(const Machine& machine, SlotId slot);
  void drain(std::uint32_t replica, Instant now);
  void rest_if_drained(Machine& machine, Instant now);
  void lose(std::uint32_t replica, Instant now);
  double chips_per_replica() const {
    return static_cast<double>(plan_->config->chips_per_replica());
  }
  std::uint32_t number_in_pool(const Request& request) const {
    return request.replica.index - first_replica_;
  }

  const PoolPlan* plan_;
  ServiceLevel level_;
  Floor& floor_;
  PoolListener& service_;
  ReplicaGroup* group_ = nullptr;
  std::uint32_t first_replica_ = 0;  // number of machines_[0] within the group
  std::uint32_t site_;
  std::map<double, std::unique_ptr<StepModel>> step_models_;  // by clock
  const StepModel* step_model_;                               // at the clock in force
  ReplicaLimits limits_;
  Duration startup_;
  double prefill_tokens_per_s_ = 0;
  std::vector<std::unique_ptr<KvTier>> own_tiers_;
  std::vector<std::unique_ptr<Machine>> machines_;
  Alarm alarm_;
  engine::Agenda::Slot alarm_slot_;
  std::vector<Pending> pending_;  // min-heap
  std::uint64_t alarms_set_ = 0;
  std::vector<std::pair<engine::FlowId, std::uint32_t>> loading_;  // flow, replica
  std::uint32_t ready_ = 0;
  std::uint32_t starting_ = 0;
  std::uint32_t weights_ = 0;  // version that replicas are to serve with
  RollingUpdate rolling_update_;
  ChipBorrower* borrower_ = nullptr;
  std::vector<PromptSpan> salted_prompt_;
  Instant steps_began_;  // of the run of steps that steps_done() is told of
  Duration last_step_time_;
  std::int32_t busy_ = 0;  // machines with work
  PoolResult result_;
  double harvested_j_ = 0;
  bool was_cut_ = false;              // a failure or the horizon ended a step early
  std::uint64_t tokens_stepped_ = 0;  // counted from steps ...
  std::uint64_t tokens_settled_ = 0;  // ... and from requests: must agree at the end
};

}  // namespace tokenfab
