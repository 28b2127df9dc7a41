// SPDX-License-Identifier: Apache-2.0
// A pool of servers that make images or videos, at run time: equal replicas, each a machine on the
// agenda (models/diffusion/render_server.hpp), that load their weights, fail and are repaired; the
// pool keeps their ledger.
//
// A replica is off, loading (weights come from the site's storage over the network as flows, then
// the engine takes its start-up time), ready, or draining (it makes what it has and then loads new
// weights).
// Left out: autoscaling (so nothing is lent), queue deadlines, priorities and shares of tenants
// (first come, first served).
#pragma once

#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "models/diffusion/render_cost.hpp"
#include "models/diffusion/render_server.hpp"
#include "sim/engine/engine.hpp"
#include "sim/metrics/result.hpp"
#include "sim/scenario/floor.hpp"
#include "sim/scenario/rolling_update.hpp"
#include "sim/scenario/service_pool.hpp"

namespace tokenfab {

class RenderPoolRuntime : public ServicePool, public engine::FlowHandler, private UpdatedFleet {
 public:
  RenderPoolRuntime(const PoolPlan& plan, const ServiceConfig& service, Floor& floor,
                    PoolListener& listener, std::uint32_t site);

  void join(ReplicaGroup& group, std::uint32_t first) override;
  void start() override;
  std::uint32_t replicas() const override { return static_cast<std::uint32_t>(machines_.size()); }
  const PoolPlan& plan() const override { return *plan_; }
  std::uint32_t site() const override { return site_; }

  /// Every shape of the service's workloads fits (plan_pools() has seen to it).
  bool can_serve(const Request&) const override { return true; }
  void submit(std::uint32_t replica, SlotId slot, Instant now) override;
  void leave_replica(SlotId slot) override;

  /// There are no tokens to keep, to find or to read.
  double kv_utilization(std::uint32_t, Instant) const override { return 0; }
  std::uint32_t cached_prefix(std::uint32_t, std::span<const PromptSpan>, Instant) override {
    return 0;
  }
  double prefill_tokens_per_s() const override { return 1; }

  void redeploy(Instant now, std::uint32_t max_unavailable,
                std::function<void(Instant)> done) override;
  void node_fails(std::uint32_t node) override;
  void node_failed(std::uint32_t node, Instant now) override;
  void node_repaired(std::uint32_t node, Instant now) override;
  void flow_ended(engine::FlowId flow, Instant now, bool delivered) override;

  double harvest_energy_j(Instant now) override;
  std::uint64_t harvest_tokens(Instant) override { return 0; }
  TokenCounts tokens_so_far() const override { return {}; }
  bool any_busy() const override { return busy_ > 0; }
  std::uint32_t ready_replicas() const override { return ready_; }
  void set_clock(double clock, Instant now) override;
  double active_chip_seconds(Instant now) const override;
  std::uint32_t units() const override { return replicas(); }
  void read_units(Instant now, std::span<UnitGroup> groups) const override;
  std::uint64_t waiting() const override;
  std::uint64_t running() const override;

  /// The horizon: settles what is under way and counts the requests in flight.
  void stop_at(Instant now) override;
  /// CHECKs that energy adds up, and hands over the result.
  PoolResult& close() override;
  PoolResult& result() override { return result_; }

 private:
  enum class State { Off, Loading, Ready, Draining };
  struct Machine : engine::EventHandler, RenderObserver {
    Machine(RenderPoolRuntime& owner, std::uint32_t own_number);
    void handle_event(Instant now) override;
    void reschedule(Instant now);
    void started(std::uint64_t, Instant now) override { batch_began = now; }
    void finished(std::uint64_t request, Instant now) override;
    void batch_done(const RenderBatch& batch) override { pool.count_batch(batch); }

    RenderPoolRuntime& pool;
    std::uint32_t number;
    RenderServer server;
    engine::Agenda::Slot slot;  // end of the batch under way; while loading, of the start-up
    Instant batch_began;
    bool was_busy = false;
    Instant busy_since;
    Duration busy;        // before that
    double energy_j = 0;  // harvested
    State state = State::Off;
    std::uint32_t nodes_down = 0;
    std::uint32_t weights = 0;  // version that it serves with or loads
    bool is_updating = false;   // drains or loads for new weights
    Instant active_since;       // holds its chips
  };

  const RenderCost& cost(double clock);
  void note(EventKind kind, const Machine& machine, Instant now,
            std::string_view detail = {}) const {
    floor_.note(kind, *plan_, machine.number, now, detail);
  }
  void begin_loading(Machine& machine, Instant now);
  void become_ready(Machine& machine, Instant now);
  void release_chips(Machine& machine, Instant now);
  UpdateStage update_stage(std::uint32_t replica) const override;
  void update(std::uint32_t replica, Instant now) override;
  void load_if_drained(Machine& machine, Instant now);
  void call_off_loading(const Machine& machine);
  std::vector<SlotId> drop_work(Machine& machine, Instant now);
  void lose(Machine& machine, Instant now);
  double chips_per_replica() const {
    return static_cast<double>(plan_->config->chips_per_replica());
  }
  void finished(SlotId slot, Instant now);
  void count_batch(const RenderBatch& batch);
  double video_seconds_of(const GenerationShape& shape) const;

  const PoolPlan* plan_;
  ServiceLevel level_;
  Floor& floor_;
  PoolListener& service_;
  ReplicaGroup* group_ = nullptr;
  std::uint32_t first_replica_ = 0;  // number of machines_[0] within the group
  std::uint32_t site_;
  std::map<double, RenderCost> costs_;  // by clock
  Duration startup_;
  std::vector<std::unique_ptr<Machine>> machines_;
  std::vector<std::pair<engine::FlowId, std::uint32_t>> loading_;  // flow, machine
  std::uint32_t ready_ = 0;
  std::uint32_t weights_ = 0;  // version that replicas are to serve with
  RollingUpdate rolling_update_;
  std::int32_t busy_ = 0;  // machines with a batch under way
  PoolResult result_;
  double harvested_j_ = 0;
  bool was_cut_ = false;  // a failure or the horizon ended a batch early
};

}  // namespace tokenfab
