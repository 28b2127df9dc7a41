// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/render_pool_runtime.hpp"

#include <algorithm>

#include "models/chip/clock.hpp"
#include "sim/core/check.hpp"
#include "sim/scenario/pool_runtime.hpp"

namespace tokenfab {
namespace {

PoolResult empty_result(const PoolPlan& plan, const ServiceLevel& level) {
  PoolResult result;
  result.service = plan.service;
  result.name = plan.pool;
  result.site = plan.site;
  result.cluster = plan.cluster;
  result.replicas = static_cast<std::uint32_t>(plan.config->replicas);
  result.chips = plan.chips();
  result.peak_per_chip = *peak(plan.node->chip, plan.config->diffusion_engine->quantization);
  result.has_service_level = level.is_set();
  return result;
}

/// The parts of a batch that language models know too; text encoder and decoder are counted apart.
/// Memory traffic stays out: model bandwidth utilization is about weights and the KV cache.
StepWork step_work(const RenderWork& work) {
  StepWork step;
  const auto add = [&](TimePart to, RenderPart from) {
    step.time_by_part[static_cast<std::size_t>(to)] += work.of(from);
  };
  add(TimePart::Matmul, RenderPart::Matmul);
  add(TimePart::Attention, RenderPart::Attention);
  add(TimePart::Communication, RenderPart::Communication);
  add(TimePart::Overhead, RenderPart::Elementwise);
  add(TimePart::Overhead, RenderPart::HostWait);
  step.dynamic_energy_j = work.dynamic_energy_j;
  step.flop = work.flop;
  return step;
}

}  // namespace

RenderPoolRuntime::Machine::Machine(RenderPoolRuntime& owner, std::uint32_t own_number)
    : pool(owner),
      number(own_number),
      server(owner.plan_->config->diffusion_engine->max_batch_size, owner.cost(1), *this),
      slot(owner.floor_.engine.agenda().add(engine::EventPriority::StepBoundary, *this)) {
  server.hold();
}

void RenderPoolRuntime::Machine::handle_event(Instant now) {
  if (state == State::Loading) {
    pool.note(EventKind::ReplicaReady, *this, now);
    pool.become_ready(*this, now);
    return;
  }
  server.advance_to(now);
  reschedule(now);
  pool.load_if_drained(*this, now);
}

void RenderPoolRuntime::Machine::reschedule(Instant now) {
  if (const auto next = server.next_event()) {
    pool.floor_.engine.agenda().schedule(slot, *next);
  }
  if (server.busy() != was_busy) {
    was_busy = server.busy();
    pool.busy_ += was_busy ? 1 : -1;
    if (was_busy) {
      busy_since = now;
    } else {
      busy += now - busy_since;
    }
    if (was_busy && pool.busy_ == 1) {
      pool.floor_.listener.became_busy(now);
    }
  }
}

void RenderPoolRuntime::Machine::finished(std::uint64_t request, Instant now) {
  pool.finished({static_cast<std::uint32_t>(request)}, now);
}

RenderPoolRuntime::RenderPoolRuntime(const PoolPlan& plan, const ServiceConfig& service,
                                     Floor& floor, PoolListener& listener, std::uint32_t site)
    : plan_(&plan),
      level_(service_level_of(service)),
      floor_(floor),
      service_(listener),
      site_(site),
      startup_(Duration::from_seconds(plan.config->startup_time.si())),
      rolling_update_(floor.engine.agenda(), *this),
      result_(empty_result(plan, level_)) {
  for (std::uint32_t i = 0; i < result_.replicas; ++i) {
    machines_.push_back(std::make_unique<Machine>(*this, i));
  }
}

/// What batches cost at a clock, made when it is first needed.
const RenderCost& RenderPoolRuntime::cost(double clock) {
  const auto& node = *plan_->node;
  return costs_
      .try_emplace(clock, *plan_->diffusion_model, at_clock(node.chip, clock),
                   *plan_->config->diffusion_engine, node.host_power_per_chip())
      .first->second;
}

/// Batches under way end as they were priced.
void RenderPoolRuntime::set_clock(double clock, Instant) {
  for (auto& machine : machines_) {
    machine->server.set_model(cost(clock));
  }
}

void RenderPoolRuntime::join(ReplicaGroup& group, std::uint32_t first) {
  group_ = &group;
  first_replica_ = first;
}

void RenderPoolRuntime::start() {
  for (const auto& machine : machines_) {
    if (plan_->config->cold_start) {
      begin_loading(*machine, Instant());
    } else {
      machine->active_since = Instant();
      become_ready(*machine, Instant());
    }
  }
}

void RenderPoolRuntime::begin_loading(Machine& machine, Instant now) {
  note(EventKind::ReplicaLoading, machine, now, weights_ > 0 ? "new weights" : "");
  machine.state = State::Loading;
  machine.active_since = now;
  machine.weights = weights_;
  ++result_.cold_starts;
  const engine::HostPlace storage{site_, 0, 0, true};
  const auto node = plan_->first_chip(machine.number) / plan_->node->chips_per_node;
  const engine::HostPlace place{site_, plan_->cluster_index, static_cast<std::uint32_t>(node),
                                false};
  const auto weights = plan_->render_placement.weights_per_chip * chips_per_replica();
  loading_.emplace_back(floor_.engine.start_flow(storage, place, weights, *this), machine.number);
}

void RenderPoolRuntime::flow_ended(engine::FlowId flow, Instant now, bool delivered) {
  const auto found = std::find_if(loading_.begin(), loading_.end(),
                                  [&](const auto& entry) { return entry.first == flow; });
  CHECK(delivered && found != loading_.end(), "flow {} of weights failed", flow);
  floor_.engine.agenda().schedule(machines_[found->second]->slot, now + startup_);
  loading_.erase(found);
}

void RenderPoolRuntime::become_ready(Machine& machine, Instant now) {
  machine.state = State::Ready;
  machine.is_updating = false;
  ++ready_;
  machine.server.make_available(now);
  group_->set_ready(first_replica_ + machine.number, true);
  service_.became_ready(*this, now);
  rolling_update_.look_again(now);
}

void RenderPoolRuntime::release_chips(Machine& machine, Instant now) {
  machine.state = State::Off;
  machine.is_updating = false;
  result_.active_chip_seconds += (now - machine.active_since).seconds() * chips_per_replica();
}

void RenderPoolRuntime::redeploy(Instant now, std::uint32_t max_unavailable,
                                 std::function<void(Instant)> done) {
  ++weights_;
  for (const auto& machine : machines_) {
    if (machine->state == State::Loading) {  // the old weights: it begins again
      const bool was_updating = machine->is_updating;
      call_off_loading(*machine);
      release_chips(*machine, now);
      begin_loading(*machine, now);
      machine->is_updating = was_updating;
    }
  }
  rolling_update_.begin(now, max_unavailable, std::move(done));
}

UpdateStage RenderPoolRuntime::update_stage(std::uint32_t replica) const {
  const auto& machine = *machines_[replica];
  if (machine.is_updating) {
    return UpdateStage::Updating;
  }
  return machine.state == State::Off || machine.weights == weights_ ? UpdateStage::Current
                                                                    : UpdateStage::Stale;
}

void RenderPoolRuntime::update(std::uint32_t replica, Instant now) {
  auto& machine = *machines_[replica];
  note(EventKind::ReplicaDraining, machine, now);
  machine.state = State::Draining;
  machine.is_updating = true;
  --ready_;
  group_->set_ready(first_replica_ + replica, false);
  load_if_drained(machine, now);
}

void RenderPoolRuntime::load_if_drained(Machine& machine, Instant now) {
  if (machine.state == State::Draining && !machine.server.busy() && machine.server.waiting() == 0) {
    machine.server.hold();
    release_chips(machine, now);
    begin_loading(machine, now);
    machine.is_updating = true;
  }
}

void RenderPoolRuntime::call_off_loading(const Machine& machine) {
  std::erase_if(loading_, [&](const auto& entry) {
    if (entry.second == machine.number) {
      floor_.engine.cancel_flow(entry.first);
    }
    return entry.second == machine.number;
  });
  floor_.engine.agenda().cancel(machine.slot);
}

/// The batch under way and the queue are gone; the requests that were in them.
std::vector<SlotId> RenderPoolRuntime::drop_work(Machine& machine, Instant now) {
  if (machine.server.busy()) {
    const auto cut = now - machine.batch_began;
    result_.work.busy += cut;
    was_cut_ = was_cut_ || cut > Duration();
  }
  std::vector<SlotId> dropped;
  for (const auto request : machine.server.fail(now)) {
    dropped.push_back({static_cast<std::uint32_t>(request)});
  }
  floor_.engine.agenda().cancel(machine.slot);
  machine.reschedule(now);
  return dropped;
}

void RenderPoolRuntime::node_fails(std::uint32_t node) {
  for (const auto& machine : machines_) {
    if (plan_->uses_node(machine->number, node)) {
      group_->set_ready(first_replica_ + machine->number, false);
    }
  }
}

void RenderPoolRuntime::node_failed(std::uint32_t node, Instant now) {
  for (const auto& machine : machines_) {
    if (plan_->uses_node(machine->number, node) && machine->nodes_down++ == 0) {
      lose(*machine, now);
    }
  }
}

void RenderPoolRuntime::node_repaired(std::uint32_t node, Instant now) {
  for (const auto& machine : machines_) {
    if (plan_->uses_node(machine->number, node) && --machine->nodes_down == 0) {
      begin_loading(*machine, now);
    }
  }
}

/// Everything in the replica is gone; its service decides about the requests.
void RenderPoolRuntime::lose(Machine& machine, Instant now) {
  note(EventKind::ReplicaLost, machine, now);
  ++result_.failures;
  if (machine.state == State::Ready) {
    --ready_;
  }
  call_off_loading(machine);
  release_chips(machine, now);
  rolling_update_.look_again(now);
  for (const auto slot : drop_work(machine, now)) {
    service_.lost(slot, now, *this);
  }
}

void RenderPoolRuntime::submit(std::uint32_t replica, SlotId slot, Instant now) {
  Request& request = floor_.requests[slot];
  request.replica = {first_replica_ + replica};
  auto& machine = *machines_[replica];
  machine.server.submit(slot.index, request.generation, now);
  machine.reschedule(now);
}

void RenderPoolRuntime::leave_replica(SlotId slot) {
  group_->answered(floor_.requests[slot].replica.index);
}

double RenderPoolRuntime::video_seconds_of(const GenerationShape& shape) const {
  return shape.frames > 1 ? shape.images * (shape.frames / plan_->diffusion_model->fps) : 0;
}

void RenderPoolRuntime::finished(SlotId slot, Instant now) {
  const Request& request = floor_.requests[slot];
  const RequestLatency latency{{}, now - request.arrival, {}};
  const auto& shape = request.generation;
  floor_.count_completed(request, latency, level_, result_);
  for (auto* ledger : floor_.ledgers_of(request, result_.requests)) {
    ledger->images += shape.frames > 1 ? 0 : shape.images;
    ledger->video_seconds += video_seconds_of(shape);
  }
  floor_.write_row(slot, service_.name(), RequestStatus::Completed, latency, 0,
                   {plan_->pool, request.replica.index - first_replica_});
  leave_replica(slot);
  service_.completed(slot, now);
}

void RenderPoolRuntime::count_batch(const RenderBatch& batch) {
  auto& ledger = result_.work;
  const auto time = batch.end - batch.start;
  ++ledger.batches;
  ledger.work.add(step_work(batch.work), 1);
  ledger.text_encoder += batch.work.of(RenderPart::TextEncoder);
  ledger.vae_decode += batch.work.of(RenderPart::VaeDecode);
  ledger.busy += time;
  (batch.shape.frames > 1 ? ledger.video_charge : ledger.image_charge) += time;
}

double RenderPoolRuntime::harvest_energy_j(Instant now) {
  double energy = 0;
  for (const auto& machine : machines_) {
    const double used = machine->server.harvest_energy_j(now);
    machine->energy_j += used;
    energy += used;
  }
  harvested_j_ += energy;
  return energy;
}

double RenderPoolRuntime::active_chip_seconds(Instant now) const {
  double sum = result_.active_chip_seconds;
  for (const auto& machine : machines_) {
    if (machine->state != State::Off) {
      sum += (now - machine->active_since).seconds() * chips_per_replica();
    }
  }
  return sum;
}

void RenderPoolRuntime::read_units(Instant now, std::span<UnitGroup> groups) const {
  for (std::size_t group = 0; group < groups.size(); ++group) {
    auto& sum = groups[group];
    sum = UnitGroup();
    const auto end = first_unit(group + 1, groups.size(), replicas());
    for (auto i = first_unit(group, groups.size(), replicas()); i < end; ++i) {
      const auto& machine = *machines_[i];
      const bool is_busy = machine.was_busy && machine.busy_since < now;
      sum.busy += machine.busy + (is_busy ? now - machine.busy_since : Duration());
      sum.dynamic_energy_j += machine.energy_j;
      ++sum.units;
    }
  }
}

std::uint64_t RenderPoolRuntime::waiting() const {
  std::uint64_t sum = 0;
  for (const auto& machine : machines_) {
    sum += machine->server.waiting();
  }
  return sum;
}

std::uint64_t RenderPoolRuntime::running() const {
  std::uint64_t sum = 0;
  for (const auto& machine : machines_) {
    sum += machine->server.running();
  }
  return sum;
}

void RenderPoolRuntime::stop_at(Instant now) {
  for (const auto& machine : machines_) {
    for (const auto slot : drop_work(*machine, now)) {
      const Request& request = floor_.requests[slot];
      for (auto* ledger : floor_.ledgers_of(request, result_.requests)) {
        ++ledger->in_flight;
      }
      floor_.write_row(slot, service_.name(), RequestStatus::InFlight, std::nullopt, 0,
                       {plan_->pool, machine->number});
    }
    if (machine->state != State::Off) {
      release_chips(*machine, now);
    }
  }
}

PoolResult& RenderPoolRuntime::close() {
  check_metered_energy(result_, harvested_j_, was_cut_);
  return result_;
}

}  // namespace tokenfab
