// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/service_runtime.hpp"

#include <algorithm>
#include <utility>

#include "models/catalog.hpp"
#include "sim/core/check.hpp"
#include "sim/scenario/validation.hpp"

namespace tokenfab {
namespace {

std::unique_ptr<Router> make_router(const PluginConfig& config) {
  return plugin_table().make<Router>("router", config);
}

RandomStream router_stream(const ScenarioConfig& scenario, const std::string& service,
                           std::string_view purpose) {
  return {static_cast<std::uint64_t>(scenario.seed), 0, "services/" + service, purpose};
}

std::uint64_t RequestLedger::*reason_of(AdmissionOutcome outcome) {
  switch (outcome) {
    case AdmissionOutcome::QuotaExceeded:
      return &RequestLedger::rejected_quota;
    case AdmissionOutcome::DeadlineMissed:
      return &RequestLedger::rejected_deadline;
    default:
      return &RequestLedger::rejected_rate_limit;
  }
}

}  // namespace

ServiceRuntime::ServiceRuntime(std::string name, ServiceId id, const ServiceConfig& config,
                               Floor& floor, TenantRules& tenants, const ScenarioConfig& scenario)
    : name_(std::move(name)),
      id_(id),
      config_(config),
      floor_(floor),
      tenants_(tenants),
      admission_(config.admission, scenario.tenants, *local_date(scenario.start)),
      entry_(make_router(config.router), router_stream(scenario, name_, "router"), floor.requests,
             service_level_of(config).ttft),
      decode_(make_router(config.decode_router), router_stream(scenario, name_, "decode router"),
              floor.requests, service_level_of(config).ttft),
      expiry_slot_(floor.engine.agenda().add(engine::EventPriority::Arrival, *this)) {}

void ServiceRuntime::add_pool(const PoolPlan& plan, Stepping stepping, std::uint32_t site) {
  if (plan.diffusion_model != nullptr) {
    pools_.push_back(std::make_unique<RenderPoolRuntime>(plan, config_, floor_, *this, site));
    entry_.add(*pools_.back());
    return;
  }
  const auto tenant_weight = [this](const Request& request) {
    const auto* agreement = tenants_.agreement(request);
    return agreement != nullptr ? agreement->weight : 1.0;
  };
  auto text_pool = std::make_unique<PoolRuntime>(plan, config_, stepping, floor_, *this, site,
                                                 shared_tiers_, tenant_weight);
  text_pools_.push_back(text_pool.get());
  deadline_ = text_pool->limits().queue_deadline;
  pools_.push_back(std::move(text_pool));
  const bool decodes_only = plan.config->role == ReplicaRole::Decode;
  (decodes_only ? decode_ : entry_).add(*pools_.back());
}

void ServiceRuntime::start(Transfers& transfers) {
  entry_.start();
  decode_.start();
  if (!decode_.is_empty()) {
    entry_.continues_in(decode_);
    handover_ =
        std::make_unique<KvHandover>(config_.kv_transfer, floor_, transfers, entry_, decode_);
  }
  for (const auto& pool : pools_) {
    pool->start();
  }
}

void ServiceRuntime::accept(SlotId slot) {
  Request& request = floor_.requests[slot];
  request.number = numbered_++;
  request.service = id_;
  count(request, [](RequestLedger& ledger) { ++ledger.arrived; });
}

template <class Count>
void ServiceRuntime::count(const Request& request, Count count) {
  for (auto* ledger : floor_.ledgers_of(request, ledger_)) {
    count(*ledger);
  }
}

void ServiceRuntime::hold_back(SlotId slot) {
  accept(slot);
  count_in_flight(slot);
}

void ServiceRuntime::count_in_flight(SlotId slot) {
  const Request& request = floor_.requests[slot];
  count(request, [](RequestLedger& ledger) { ++ledger.in_flight; });
  floor_.write_row(slot, name_, RequestStatus::InFlight, std::nullopt, request.emitted_tokens);
}

void ServiceRuntime::stop_at(Instant now) {
  for (const auto& pool : pools_) {
    pool->stop_at(now);
  }
  for (const auto slot : held_) {
    count_in_flight(slot);
  }
  if (handover_ != nullptr) {
    handover_->for_each_homeless([this](SlotId slot) { count_in_flight(slot); });
  }
}

void ServiceRuntime::submit(SlotId slot, Instant now) {
  accept(slot);
  ++floor_.in_system;
  if (queue_trend_.arrives()) {
    auto waiting = held();
    for (const auto& pool : pools_) {
      waiting += pool->waiting();
    }
    queue_trend_.sample(waiting);
  }
  Request& request = floor_.requests[slot];
  const auto* sites = tenants_.sites_of(request);
  if (!entry_.may_ever_serve(sites)) {
    reject(slot, now, &RequestLedger::rejected_region);
    return;
  }
  if (const auto* agreement = tenants_.agreement(request)) {
    request.priority = static_cast<std::int32_t>(agreement->priority.value_or(request.priority));
  }
  const auto outcome = admission_.admit(now, tenants_.number_of(request), request.input_tokens);
  if (outcome != AdmissionOutcome::Admitted) {
    reject(slot, now, reason_of(outcome));
    return;
  }
  dispatch(slot, now);
}

void ServiceRuntime::dispatch(SlotId slot, Instant now) {
  const auto chosen = entry_.choose(slot, now, tenants_.sites_of(floor_.requests[slot]));
  if (chosen) {
    send(slot, now, *chosen);
    return;
  }
  hold(slot, now);
  for (const auto& listener : when_held_) {
    listener(now);
  }
}

void ServiceRuntime::hold(SlotId slot, Instant now) {
  held_.push_back(slot);
  // Those that have got tokens are not given up, as in a replica's queue.
  if (deadline_ && floor_.requests[slot].emitted_tokens == 0) {
    expiries_.insert(expiry_of(slot));
    await_next_expiry(now);
  }
}

void ServiceRuntime::let_go(SlotId slot) {
  if (deadline_) {
    expiries_.erase(expiry_of(slot));
  }
}

/// The first date at which it has waited longer than the deadline.
std::pair<Instant, std::uint32_t> ServiceRuntime::expiry_of(SlotId slot) const {
  return {floor_.requests[slot].arrival + *deadline_ + Duration::from_ticks(1), slot.index};
}

void ServiceRuntime::await_next_expiry(Instant now) {
  if (expiries_.empty()) {
    floor_.engine.agenda().cancel(expiry_slot_);
  } else {
    floor_.engine.agenda().schedule(expiry_slot_, std::max(now, expiries_.begin()->first));
  }
}

void ServiceRuntime::handle_event(Instant now) {
  while (!expiries_.empty() && expiries_.begin()->first <= now) {
    const SlotId slot{expiries_.begin()->second};
    expiries_.erase(expiries_.begin());
    held_.erase(std::find(held_.begin(), held_.end(), slot));
    reject(slot, now, &RequestLedger::rejected_deadline);
  }
  await_next_expiry(now);
}

void ServiceRuntime::redeploy(Instant now, std::uint32_t max_unavailable_per_pool,
                              std::function<void(Instant)> done) {
  auto pools_left = std::make_shared<std::size_t>(pools_.size());
  for (const auto& pool : pools_) {
    pool->redeploy(now, max_unavailable_per_pool, [pools_left, done](Instant date) {
      if (--*pools_left == 0) {
        done(date);
      }
    });
  }
}

void ServiceRuntime::send(SlotId slot, Instant now, std::uint32_t replica) {
  Request& request = floor_.requests[slot];
  const auto [pool, index] = entry_.member(replica);
  // A prompt that is handed over must fit wherever it may go.
  if (!pool->can_serve(request) || (pool->hands_over() && !decode_.all_can_serve(request))) {
    reject(slot, now, &RequestLedger::rejected_too_long);
    return;
  }
  request.is_prompt_pending = true;
  entry_.sent(replica, request.input_tokens);
  pool->submit(index, slot, now);
}

void ServiceRuntime::reject(SlotId slot, Instant now, std::uint64_t RequestLedger::*reason) {
  const Request& request = floor_.requests[slot];
  const bool is_measured = floor_.is_measured(request);
  count(request, [&](RequestLedger& ledger) {
    ++ledger.rejected;
    ++(ledger.*reason);
    ledger.ended_unmeasured += is_measured ? 0 : 1;
  });
  floor_.write_row(slot, name_, RequestStatus::Rejected, std::nullopt, 0);
  floor_.leave(slot, now, false);
}

void ServiceRuntime::fail(SlotId slot, Instant now) {
  const Request& request = floor_.requests[slot];
  const bool is_measured = floor_.is_measured(request);
  count(request, [&](RequestLedger& ledger) {
    ++ledger.failed;
    ledger.ended_unmeasured += is_measured ? 0 : 1;
  });
  floor_.write_row(slot, name_, RequestStatus::Failed, std::nullopt, request.emitted_tokens);
  floor_.leave(slot, now, false);
}

void ServiceRuntime::prefilled(SlotId slot, Instant now) {
  handover_->begin(slot, now, tenants_.sites_of(floor_.requests[slot]));
}

void ServiceRuntime::expired(SlotId slot, Instant now) {
  reject(slot, now, &RequestLedger::rejected_deadline);
}

void ServiceRuntime::lost(SlotId slot, Instant now, ServicePool& pool) {
  if (handover_ == nullptr || !handover_->lost(slot, now, pool)) {
    pool.leave_replica(slot);
  }
  Request& request = floor_.requests[slot];
  request.prefilled_tokens = 0;
  request.kv_arrives = false;
  request.loaded_to = 0;
  if (request.retries >= config_.retry_budget) {
    fail(slot, now);
    return;
  }
  ++request.retries;
  count(request, [](RequestLedger& ledger) { ++ledger.retries; });
  dispatch(slot, now);
}

void ServiceRuntime::became_ready(ServicePool& pool, Instant now) {
  if (pool.plan().config->role == ReplicaRole::Decode) {
    if (handover_ != nullptr) {
      handover_->became_ready(now);
    }
    return;
  }
  for (auto waiting = held_.size(); waiting > 0; --waiting) {
    // Those that still find none keep their order.
    const auto slot = held_.front();
    held_.pop_front();
    const auto chosen = entry_.choose(slot, now, tenants_.sites_of(floor_.requests[slot]));
    if (chosen) {
      let_go(slot);
      send(slot, now, *chosen);
    } else {
      held_.push_back(slot);
    }
  }
  await_next_expiry(now);
}

void ServiceRuntime::completed(SlotId slot, Instant now) {
  const Request& request = floor_.requests[slot];
  admission_.answered(now, tenants_.number_of(request), request.output_tokens);
  floor_.leave(slot, now, true);
}

}  // namespace tokenfab
