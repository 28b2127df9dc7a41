// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/serving_runtime.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/serving/transformer_step_model.hpp"
#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

ReplicaLimits limits_of(const PoolPlan& plan) {
  const auto& engine = plan.config->engine;
  // Data-parallel ranks have a scheduler each, and so have the micro-batches of a pipeline.
  const auto sequences = engine.max_num_seqs * engine.data_parallel_size;
  const auto tokens =
      engine.max_num_batched_tokens * engine.data_parallel_size * engine.pipeline_parallel_size;
  return {static_cast<std::uint32_t>(sequences),
          static_cast<std::uint32_t>(tokens),
          static_cast<std::uint32_t>(engine.block_size),
          plan.placement.kv_blocks,
          engine.enable_chunked_prefill,
          plan.placement.sequence_blocks,
          engine.scheduling_policy};
}

Watts host_power_per_chip(const NodeConfig& node) {
  return (node.host_power_busy - node.host_power_idle) / static_cast<double>(node.chips_per_node);
}

PoolResult empty_result(const PoolPlan& plan, const ServiceLevel& level) {
  const auto& engine = plan.config->engine;
  PoolResult result;
  result.service = plan.service;
  result.name = plan.pool;
  result.site = plan.site;
  result.cluster = plan.cluster;
  result.replicas = static_cast<std::uint32_t>(plan.config->replicas);
  result.chips = plan.chips();
  result.peak_per_chip = *peak(plan.node->chip, engine.quantization);
  result.bandwidth_per_chip = plan.node->chip.memory_bandwidth;
  result.kv_capacity_tokens =
      static_cast<double>(plan.placement.kv_tokens) * static_cast<double>(plan.config->replicas);
  result.has_service_level = level.is_set();
  return result;
}

}  // namespace

PoolRuntime::Machine::Machine(PoolRuntime& owner, const ReplicaLimits& limits, Stepping stepping)
    : pool(owner),
      replica(limits, *owner.step_model_, owner.floor_.requests, owner, stepping),
      slot(owner.floor_.engine.agenda().add(engine::EventPriority::StepBoundary, *this)) {}

void PoolRuntime::Machine::handle_event(Instant now) {
  // A replica has an event only where a run of steps ends, and there the next one begins.
  pool.steps_began_ = steps_began;
  replica.advance_to(now);
  steps_began = now;
  reschedule(now);
}

void PoolRuntime::Machine::reschedule(Instant now) {
  const auto next = replica.next_event();
  if (next) {
    pool.floor_.engine.agenda().schedule(slot, *next);
  }
  if (next.has_value() != was_busy) {
    was_busy = next.has_value();
    pool.busy_ += was_busy ? 1 : -1;
    if (was_busy && pool.busy_ == 1) {
      pool.floor_.listener.became_busy(now);
    }
  }
}

PoolRuntime::PoolRuntime(const PoolPlan& plan, const ServiceLevel& level, Stepping stepping,
                         Floor& floor, ServiceRuntime& service, std::uint32_t first_replica,
                         std::uint32_t site)
    : plan_(&plan),
      level_(level),
      floor_(floor),
      service_(service),
      first_replica_(first_replica),
      site_(site),
      step_model_(std::make_unique<TransformerStepModel>(
          *plan.model, plan.node->chip, plan.config->engine, host_power_per_chip(*plan.node))),
      limits_(limits_of(plan)),
      result_(empty_result(plan, level)) {
  for (std::int64_t i = 0; i < plan.config->replicas; ++i) {
    machines_.push_back(std::make_unique<Machine>(*this, limits_, stepping));
  }
}

void PoolRuntime::start() {
  if (!plan_->config->cold_start) {
    return;
  }
  const auto chips = plan_->config->engine.chips();
  const Bytes weights = plan_->placement.weights_per_chip * static_cast<double>(chips);
  for (std::uint32_t i = 0; i < replicas(); ++i) {
    machines_[i]->replica.hold();
    const auto chip = plan_->chip_offset + static_cast<std::int64_t>(i) * chips;
    const engine::HostPlace node{site_, plan_->cluster_index,
                                 static_cast<std::uint32_t>(chip / plan_->node->chips_per_node),
                                 false};
    const engine::HostPlace storage{site_, 0, 0, true};
    loading_.emplace_back(floor_.engine.start_flow(storage, node, weights, *this), i);
  }
}

void PoolRuntime::flow_ended(engine::FlowId flow, Instant now, bool delivered) {
  CHECK(delivered, "flow {} of weights failed", flow);
  const auto found = std::find_if(loading_.begin(), loading_.end(),
                                  [&](const auto& entry) { return entry.first == flow; });
  CHECK(found != loading_.end(), "flow {}", flow);
  auto& machine = *machines_[found->second];
  loading_.erase(found);
  machine.replica.make_available(now);
  machine.reschedule(now);
}

void PoolRuntime::submit(std::uint32_t replica, SlotId slot, Instant now) {
  floor_.requests[slot].replica = {first_replica_ + replica};
  auto& machine = *machines_[replica];
  const auto before = machine.replica.next_event();
  machine.replica.submit(slot, now);
  if (machine.replica.next_event() != before) {
    machine.reschedule(now);
  }
}

double PoolRuntime::harvest_energy_j(Instant now) {
  double energy = 0;
  for (const auto& machine : machines_) {
    energy += machine->replica.harvest_energy_j(now);
  }
  harvested_j_ += energy;
  return energy;
}

std::uint64_t PoolRuntime::harvest_tokens(Instant now) {
  std::uint64_t tokens = 0;
  for (const auto& machine : machines_) {
    tokens += machine->replica.harvest_tokens(now);
  }
  return tokens;
}

std::uint64_t PoolRuntime::waiting() const {
  std::uint64_t sum = 0;
  for (const auto& machine : machines_) {
    sum += machine->replica.waiting();
  }
  return sum;
}

std::uint64_t PoolRuntime::running() const {
  std::uint64_t sum = 0;
  for (const auto& machine : machines_) {
    sum += machine->replica.running();
  }
  return sum;
}

void PoolRuntime::steps_done(const StepsRecord& record) {
  auto& work = result_.work;
  work.steps += record.steps;
  work.work.add(record.work, 1);
  work.busy += record.time;
  work.prefill_charge += record.prefill_charge;
  work.decode_charge += record.decode_charge;
  work.cached_token_seconds += record.cached_token_seconds;
  if (record.decode_sequences > 0) {
    add_gaps(record);
    tokens_stepped_ += static_cast<std::uint64_t>(record.steps) * record.decode_sequences;
  }
}

/// A gap counts if the token before it, at the beginning of its step, is not older than the warmup.
void PoolRuntime::add_gaps(const StepsRecord& record) {
  const auto& times = record.times;
  const auto elapsed = floor_.warmup - steps_began_;
  const auto skipped = elapsed > Duration() ? times.steps_reaching(elapsed) : 0;
  if (skipped < record.steps) {
    result_.latency.itl.add_progression(times.step(skipped), times.growth,
                                        static_cast<std::uint64_t>(record.steps - skipped),
                                        record.decode_sequences);
  }
}

void PoolRuntime::first_token(SlotId slot, Instant) {
  ++tokens_stepped_;
  result_.requests.input_tokens += floor_.requests[slot].input_tokens;
}

void PoolRuntime::token_after_preemption(SlotId slot, Duration gap) {
  ++tokens_stepped_;
  if (floor_.requests[slot].last_token >= floor_.warmup) {
    result_.latency.itl.add(gap);
  }
}

void PoolRuntime::preempted(SlotId) { ++result_.requests.preemptions; }

void PoolRuntime::finished(SlotId slot, Instant now) {
  const Request& request = floor_.requests[slot];
  const auto latency =
      RequestLatency::of(request.arrival, request.first_token, now, request.output_tokens);
  ++result_.requests.completed;
  if (floor_.is_measured(request)) {
    result_.latency.add(latency);
    result_.requests.within_service_level += latency.meets(level_) ? 1 : 0;
  } else {
    ++result_.requests.ended_unmeasured;
  }
  tokens_settled_ += request.output_tokens;
  report(slot, RequestStatus::Completed, latency, request.output_tokens);
  auto& tenant = floor_.tenant_ledgers[request.workload.index][request.tenant];
  ++tenant.completed;
  tenant.input_tokens += request.input_tokens;
  tenant.output_tokens += request.output_tokens;
  const auto workload = request.workload;
  const Departure departure{now, request.handle, true};
  service_.answered(request.replica.index);
  floor_.requests.give_back(slot);
  --floor_.in_system;
  floor_.listener.request_left(workload, departure);
}

void PoolRuntime::report(SlotId slot, RequestStatus status, std::optional<RequestLatency> latency,
                         std::uint32_t output_tokens) {
  if (floor_.request_sink == nullptr) {
    return;
  }
  const Request& request = floor_.requests[slot];
  RequestRecord record;
  record.id = request.number;
  record.service = service_.name();
  record.tenant = (*floor_.tenant_names(request.workload))[request.tenant];
  record.status = status;
  record.arrival = request.arrival;
  record.input_tokens = request.input_tokens;
  record.output_tokens = output_tokens;
  if (latency) {
    record.ttft = latency->ttft;
    record.tpot = latency->tpot;
    record.e2el = latency->e2el;
  } else if (output_tokens > 0) {
    record.ttft = request.first_token - request.arrival;
  }
  floor_.request_sink->request(record);
}

void PoolRuntime::stop_at(Instant now) {
  for (const auto& machine : machines_) {
    steps_began_ = machine->steps_began;
    result_.work.busy += machine->replica.stop_at(now);
    machine->replica.for_each_request([&](SlotId slot, std::uint32_t emitted) {
      ++result_.requests.in_flight;
      const Request& request = floor_.requests[slot];
      ++floor_.tenant_ledgers[request.workload.index][request.tenant].in_flight;
      tokens_settled_ += emitted;
      report(slot, RequestStatus::InFlight, std::nullopt, emitted);
    });
  }
}

PoolResult& PoolRuntime::close() {
  result_.requests.output_tokens = tokens_settled_;
  CHECK(tokens_stepped_ == tokens_settled_, "{}/{}: steps emitted {} tokens, requests got {}",
        plan_->service, plan_->pool, tokens_stepped_, tokens_settled_);
  // The horizon may cut a step: its energy is metered, its work is not counted.
  const double counted = result_.work.work.dynamic_energy_j;
  const double tolerance = 1e-9 * (harvested_j_ + 1);
  const bool was_cut = result_.requests.in_flight > 0;
  CHECK(
      was_cut ? counted <= harvested_j_ + tolerance : std::abs(counted - harvested_j_) <= tolerance,
      "{}/{}: steps used {} J above idle, the meter read {} J", plan_->service, plan_->pool,
      counted, harvested_j_);
  return result_;
}

ServiceRuntime::ServiceRuntime(std::string name, ServiceId id, std::unique_ptr<Router> router,
                               RandomStream router_random)
    : name_(std::move(name)), id_(id), router_(std::move(router)), router_random_(router_random) {}

void ServiceRuntime::start() {
  for (const auto& pool : pools_) {
    for (std::uint32_t i = 0; i < pool->replicas(); ++i) {
      replicas_.emplace_back(pool.get(), i);
    }
  }
  outstanding_.assign(replicas_.size(), 0);
  router_->start(*this, router_random_);
  for (const auto& pool : pools_) {
    pool->start();
  }
}

void ServiceRuntime::accept(SlotId slot, Floor& floor) {
  Request& request = floor.requests[slot];
  request.number = numbered_++;
  request.service = id_;
  ++floor.tenant_ledgers[request.workload.index][request.tenant].arrived;
}

void ServiceRuntime::hold_back(SlotId slot, Floor& floor) {
  const Request& request = floor.requests[slot];
  accept(slot, floor);
  ++unrouted_.arrived;
  ++unrouted_.in_flight;
  ++floor.tenant_ledgers[request.workload.index][request.tenant].in_flight;
  report(slot, RequestStatus::InFlight, floor);
}

void ServiceRuntime::report(SlotId slot, RequestStatus status, const Floor& floor) const {
  if (floor.request_sink == nullptr) {
    return;
  }
  const Request& request = floor.requests[slot];
  RequestRecord record;
  record.id = request.number;
  record.service = name_;
  record.tenant = (*floor.tenant_names(request.workload))[request.tenant];
  record.status = status;
  record.arrival = request.arrival;
  record.input_tokens = request.input_tokens;
  floor.request_sink->request(record);
}

void ServiceRuntime::submit(SlotId slot, Instant now, Floor& floor) {
  const Request& request = floor.requests[slot];
  accept(slot, floor);
  ++floor.in_system;
  if (queue_trend_.arrives()) {
    std::uint64_t waiting = 0;
    for (const auto& pool : pools_) {
      waiting += pool->waiting();
    }
    queue_trend_.sample(waiting);
  }
  const auto chosen =
      router_->route({request.input_tokens, request.session, request.priority}).value();
  const auto& [pool, replica] = replicas_[chosen];
  const auto total = std::uint64_t{request.input_tokens} + request.output_tokens;
  const bool fits = total <= static_cast<std::uint64_t>(pool->plan().placement.context_tokens) &&
                    pool->limits().can_hold(request.input_tokens, request.output_tokens);
  if (fits) {
    ++pool->result().requests.arrived;
    router_->outstanding_changed(chosen, ++outstanding_[chosen]);
    pool->submit(replica, slot, now);
    return;
  }
  ++unrouted_.arrived;
  ++unrouted_.rejected;
  unrouted_.ended_unmeasured += floor.is_measured(request) ? 0 : 1;
  ++floor.tenant_ledgers[request.workload.index][request.tenant].rejected;
  report(slot, RequestStatus::Rejected, floor);
  const auto workload = request.workload;
  const Departure departure{now, request.handle, false};
  floor.requests.give_back(slot);
  --floor.in_system;
  floor.listener.request_left(workload, departure);
}

void ServiceRuntime::answered(std::uint32_t replica) {
  router_->outstanding_changed(replica, --outstanding_[replica]);
}

}  // namespace tokenfab
