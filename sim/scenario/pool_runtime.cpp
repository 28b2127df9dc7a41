// SPDX-License-Identifier: Apache-2.0
// Requests in a pool's replicas, and what the pool's ledger says of them.
#include "sim/scenario/pool_runtime.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "models/chip/clock.hpp"
#include "models/serving/kv_size.hpp"
#include "models/serving/transformer_step_model.hpp"
#include "sim/core/check.hpp"
#include "sim/scenario/replica_limits.hpp"

namespace tokenfab {
namespace {

PoolResult empty_result(const PoolPlan& plan, const ServiceLevel& level) {
  const auto& engine = *plan.config->engine;
  PoolResult result;
  result.service = plan.service;
  result.name = plan.pool;
  result.site = plan.site;
  result.cluster = plan.cluster;
  result.role = role_names()[static_cast<std::size_t>(plan.config->role)];
  result.replicas = static_cast<std::uint32_t>(plan.config->replicas_max());
  result.chips = plan.chips();
  result.peak_per_chip = *peak(plan.node->chip, engine.activation_precision());
  result.bandwidth_per_chip = plan.node->chip.memory_bandwidth;
  result.kv_capacity_tokens =
      static_cast<double>(plan.placement.kv_tokens) * static_cast<double>(result.replicas);
  result.has_service_level = level.is_set();
  return result;
}

}  // namespace

ServiceLevel service_level_of(const ServiceConfig& service) {
  ServiceLevel level;
  if (service.slo && service.slo->ttft) {
    level.ttft = Duration::from_seconds(service.slo->ttft->si());
  }
  if (service.slo && service.slo->tpot) {
    level.tpot = Duration::from_seconds(service.slo->tpot->si());
  }
  if (service.slo && service.slo->e2el) {
    level.e2el = Duration::from_seconds(service.slo->e2el->si());
  }
  return level;
}

PoolRuntime::Machine::Machine(PoolRuntime& owner, const ReplicaLimits& limits, Stepping stepping,
                              const WaitingQueue::TenantWeight& tenant_weight)
    : pool(owner),
      replica(limits, *owner.step_model_, owner.floor_.requests, owner, stepping, tenant_weight),
      slot(owner.floor_.engine.agenda().add(engine::EventPriority::StepBoundary, *this)) {}

void PoolRuntime::Machine::handle_event(Instant now) {
  // A replica has an event only where a run of steps ends, and there the next one begins.
  pool.steps_began_ = steps_began;
  replica.advance_to(now);
  steps_began = now;
  reschedule(now);
  pool.rest_if_drained(*this, now);
}

void PoolRuntime::Machine::reschedule(Instant now) {
  const auto next = replica.next_event();
  if (next) {
    pool.floor_.engine.agenda().schedule(slot, *next);
  }
  if (next.has_value() != was_busy) {
    was_busy = next.has_value();
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

PoolRuntime::PoolRuntime(const PoolPlan& plan, const ServiceConfig& service, Stepping stepping,
                         Floor& floor, PoolListener& listener, std::uint32_t site,
                         SharedTiers& shared_tiers, const WaitingQueue::TenantWeight& tenant_weight)
    : plan_(&plan),
      level_(service_level_of(service)),
      floor_(floor),
      service_(listener),
      site_(site),
      step_model_(&step_model(1)),
      limits_(limits_of(plan, service)),
      startup_(Duration::from_seconds(plan.config->startup_time.si())),
      alarm_(*this),
      alarm_slot_(floor.engine.agenda().add(engine::EventPriority::Arrival, alarm_)),
      rolling_update_(floor.engine.agenda(), *this),
      result_(empty_result(plan, level_)) {
  limits_.lookahead_tokens = step_model_->decode_rate().rows_per_sequence - 1;
  const auto budget = limits_.max_num_batched_tokens;
  prefill_tokens_per_s_ = budget / compute_time(0, budget).seconds();
  for (std::int64_t i = 0; i < plan.config->replicas_max(); ++i) {
    machines_.push_back(std::make_unique<Machine>(*this, limits_, stepping, tenant_weight));
    machines_.back()->tiers = make_tiers(shared_tiers);
  }
}

/// The replica's own stores and the service's, fastest first.
std::unique_ptr<KvTiers> PoolRuntime::make_tiers(SharedTiers& shared) {
  if (plan_->config->kv_tiers.empty() || !limits_.prefix_caching) {
    return nullptr;
  }
  std::vector<std::pair<BytesPerSecond, KvTier*>> tiers;
  const auto per_token = kv_bytes(1);
  for (const auto& [name, config] : plan_->config->kv_tiers) {
    auto& owner = config.scope == TierScope::Service ? shared[name] : own_tiers_.emplace_back();
    if (owner == nullptr) {
      owner = std::make_unique<KvTier>(name, config, limits_.block_size, per_token);
    }
    tiers.emplace_back(config.bandwidth, owner.get());
  }
  std::stable_sort(tiers.begin(), tiers.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<KvTier*> in_order;
  for (const auto& [bandwidth, tier] : tiers) {
    in_order.push_back(tier);
  }
  return std::make_unique<KvTiers>(std::move(in_order));
}

void PoolRuntime::join(ReplicaGroup& group, std::uint32_t first) {
  group_ = &group;
  first_replica_ = first;
}

/// A replica's next date may have changed by what came from outside.
template <class Change>
void PoolRuntime::change(std::uint32_t replica, Instant now, Change change) {
  auto& machine = *machines_[replica];
  const auto before = machine.replica.next_event();
  change(machine.replica);
  if (machine.replica.next_event() != before) {
    machine.reschedule(now);
  }
}

bool PoolRuntime::can_serve(const Request& request) const {
  const auto total = std::uint64_t{request.input_tokens} + request.output_tokens;
  return total <= static_cast<std::uint64_t>(plan_->placement.context_tokens) &&
         limits_.can_hold(request.input_tokens, request.output_tokens);
}

void PoolRuntime::submit(std::uint32_t replica, SlotId slot, Instant now) {
  floor_.requests[slot].replica = {first_replica_ + replica};
  if (!begin_fetch(replica, slot, now)) {
    change(replica, now, [&](Replica& machine) { machine.submit(slot, now); });
  }
}

void PoolRuntime::submit_decode(std::uint32_t replica, SlotId slot, Instant now) {
  floor_.requests[slot].replica = {first_replica_ + replica};
  change(replica, now, [&](Replica& machine) { machine.submit_decode(slot, now); });
}

void PoolRuntime::kv_arrived(std::uint32_t replica, SlotId slot, Instant now) {
  change(replica, now, [&](Replica& machine) { machine.kv_arrived(slot, now); });
}

void PoolRuntime::abandon(std::uint32_t replica, SlotId slot, Instant now) {
  change(replica, now, [&](Replica& machine) { machine.abandon(slot, now); });
  rest_if_drained(*machines_[replica], now);
}

void PoolRuntime::release(std::uint32_t replica, SlotId slot, Instant now) {
  change(replica, now, [&](Replica& machine) { machine.release(slot, now); });
  rest_if_drained(*machines_[replica], now);
}

/// What steps cost at a clock, made when it is first needed.
const StepModel& PoolRuntime::step_model(double clock) {
  auto& model = step_models_[clock];
  if (model == nullptr) {
    const auto& node = *plan_->node;
    model =
        std::make_unique<TransformerStepModel>(*plan_->model, at_clock(node.chip, clock),
                                               *plan_->config->engine, node.host_power_per_chip());
  }
  return *model;
}

/// Steps under way end as they were priced.
void PoolRuntime::set_clock(double clock, Instant now) {
  step_model_ = &step_model(clock);
  for (auto& machine : machines_) {
    machine->replica.set_step_model(*step_model_, now);
    machine->reschedule(now);
  }
}

/// How long the replica computes the prompt tokens [from, to), alone, in its largest chunks.
Duration PoolRuntime::compute_time(std::uint32_t from, std::uint32_t to) const {
  Duration sum;
  for (auto at = from; at < to;) {
    const auto tokens = std::min(to - at, limits_.max_num_batched_tokens);
    const PrefillChunk chunk{tokens, at, false};
    StepShape shape;
    shape.prefills = std::span(&chunk, 1);
    sum += step_model_->cost(shape).first.time();
    at += tokens;
  }
  return sum;
}

/// Whether the request first waits for KV blocks from a lower tier.
bool PoolRuntime::begin_fetch(std::uint32_t replica, SlotId slot, Instant now) {
  auto& machine = *machines_[replica];
  const auto& prompt = floor_.requests.prompt(slot);
  if (machine.tiers == nullptr || prompt.empty()) {
    return false;
  }
  Request& request = floor_.requests[slot];
  const auto most = (request.input_tokens - 1) / limits_.block_size * limits_.block_size;
  const auto cached = std::min(machine.replica.cached_prefix(prompt, now), most);
  const auto fetch = machine.tiers->fetch(
      tier_key(machine, slot), cached, most, now,
      [this](std::uint32_t from, std::uint32_t to) { return compute_time(from, to); });
  if (!fetch) {
    return false;
  }
  request.loaded_from = fetch->from;
  request.loaded_to = fetch->to;
  for (const auto& [tier, tokens] : fetch->parts) {
    result_.tier_hit_tokens[tier->name()] += tokens;
  }
  add_alarm({fetch->end, alarms_set_++, slot.index, replica});
  return true;
}

void PoolRuntime::add_alarm(const Pending& pending) {
  pending_.push_back(pending);
  std::push_heap(pending_.begin(), pending_.end(), std::greater<>());
  floor_.engine.agenda().schedule(alarm_slot_, pending_.front().date);
}

void PoolRuntime::alarm(Instant now) {
  while (!pending_.empty() && pending_.front().date <= now) {
    std::pop_heap(pending_.begin(), pending_.end(), std::greater<>());
    const auto due = pending_.back();
    pending_.pop_back();
    if (due.slot == no_slot) {
      note(EventKind::ReplicaReady, due.replica, now);
      become_ready(due.replica, now);
    } else {
      change(due.replica, now, [&](Replica& machine) { machine.submit({due.slot}, now); });
    }
  }
  if (!pending_.empty()) {
    floor_.engine.agenda().schedule(alarm_slot_, pending_.front().date);
  }
}

double PoolRuntime::kv_utilization(std::uint32_t replica, Instant now) const {
  return static_cast<double>(machines_[replica]->replica.kv_blocks_used(now)) /
         static_cast<double>(limits_.kv_blocks);
}

double PoolRuntime::mean_kv_utilization(Instant now) const {
  double sum = 0;
  for (std::uint32_t i = 0; i < replicas(); ++i) {
    sum += machines_[i]->state == State::Ready ? kv_utilization(i, now) : 0;
  }
  return ready_ > 0 ? sum / ready_ : 0;
}

std::uint32_t PoolRuntime::cached_prefix(std::uint32_t replica, std::span<const PromptSpan> prompt,
                                         Instant now) {
  return machines_[replica]->replica.cached_prefix(prompt, now);
}

engine::HostPlace PoolRuntime::place_of(std::uint32_t replica, std::uint64_t request) const {
  // A request lives on one data-parallel rank; ranks take requests in turn.
  const auto& engine = *plan_->config->engine;
  const auto rank_chips = engine.tensor_parallel_size * engine.pipeline_parallel_size;
  const auto rank =
      static_cast<std::int64_t>(request % static_cast<std::uint64_t>(engine.data_parallel_size));
  const auto chip = plan_->first_chip(replica) + rank * rank_chips;
  return {site_, plan_->cluster_index,
          static_cast<std::uint32_t>(chip / plan_->node->chips_per_node), false};
}

BytesPerSecond PoolRuntime::port_bandwidth(bool is_within_node) const {
  const auto& engine = *plan_->config->engine;
  const auto& chip = plan_->node->chip;
  const auto chips = std::min(engine.tensor_parallel_size * engine.pipeline_parallel_size,
                              plan_->node->chips_per_node);
  return (is_within_node ? chip.scale_up_bandwidth : chip.scale_out_bandwidth) *
         static_cast<double>(chips);
}

Bytes PoolRuntime::kv_bytes(std::uint32_t tokens) const {
  return kv_cache_size(*plan_->model, plan_->config->engine->kv_cache_dtype, tokens);
}

}  // namespace tokenfab
