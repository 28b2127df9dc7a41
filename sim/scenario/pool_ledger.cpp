// SPDX-License-Identifier: Apache-2.0
// What a pool counts: steps, tokens, requests, energy.
#include <algorithm>

#include "sim/core/check.hpp"
#include "sim/scenario/pool_runtime.hpp"

namespace tokenfab {

double PoolRuntime::harvest_energy_j(Instant now) {
  double energy = 0;
  for (const auto& machine : machines_) {
    const double used = machine->replica.harvest_energy_j(now);
    machine->energy_j += used;
    energy += used;
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

void PoolRuntime::read_units(Instant now, std::span<UnitGroup> groups) const {
  for (std::size_t group = 0; group < groups.size(); ++group) {
    auto& sum = groups[group];
    sum = UnitGroup();
    std::uint32_t up = 0;
    double usage = 0;
    const auto end = first_unit(group + 1, groups.size(), replicas());
    for (auto i = first_unit(group, groups.size(), replicas()); i < end; ++i) {
      const auto& machine = *machines_[i];
      // Of a date that has passed: what began since then is not part of it.
      const bool is_busy = machine.was_busy && machine.busy_since < now;
      sum.busy += machine.busy + (is_busy ? now - machine.busy_since : Duration());
      sum.dynamic_energy_j += machine.energy_j;
      usage += is_up(i) ? kv_utilization(i, now) : 0;
      up += is_up(i) ? 1 : 0;
      ++sum.units;
    }
    sum.kv_usage = up > 0 ? usage / up : 0;
  }
}

std::uint64_t PoolRuntime::waiting() const {
  std::uint64_t sum = fetching();
  for (const auto& machine : machines_) {
    sum += machine->replica.waiting();
  }
  return sum;
}

std::uint64_t PoolRuntime::fetching() const {
  return static_cast<std::uint64_t>(
      std::count_if(pending_.begin(), pending_.end(),
                    [](const Pending& entry) { return entry.slot != no_slot; }));
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
  work.cached_charge += record.cached_charge;
  work.cached_token_seconds += record.cached_token_seconds;
  last_step_time_ = record.time;
  if (record.decode_sequences > 0) {
    add_gaps(record);
    tokens_stepped_ += record.decode_tokens;
    const auto passes = static_cast<std::uint64_t>(record.steps) * record.decode_sequences;
    result_.draft_tokens += passes * limits_.lookahead_tokens;
    // Every pass gives one token of its own; what a sequence no longer needs was not accepted.
    result_.accepted_draft_tokens += record.decode_tokens - std::min(record.decode_tokens, passes);
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

void PoolRuntime::prompt_done(SlotId slot) {
  Request& request = floor_.requests[slot];
  if (request.is_prompt_pending) {
    request.is_prompt_pending = false;
    group_->prompt_done(request.replica.index, request.input_tokens);
  }
}

/// The prompt has been computed here: count it, and store it in the lower tiers.
void PoolRuntime::count_prompt(SlotId slot) {
  Request& request = floor_.requests[slot];
  if (request.is_prompt_counted) {
    return;  // computed anew after its replica was lost
  }
  request.is_prompt_counted = true;
  for (auto* ledger : floor_.ledgers_of(request, result_.requests)) {
    ledger->input_tokens += request.input_tokens;
    ledger->cached_input_tokens += request.cached_tokens;
  }
  const auto& prompt = floor_.requests.prompt(slot);
  if (!prompt.empty()) {
    result_.queried_prefix_tokens += request.input_tokens;
    result_.hit_prefix_tokens += request.cached_tokens;
    const auto& machine = *machines_[number_in_pool(request)];
    if (machine.tiers != nullptr) {
      machine.tiers->store(tier_key(machine, slot), request.input_tokens);
    }
  }
}

void PoolRuntime::first_token(SlotId slot, Instant) {
  ++tokens_stepped_;
  prompt_done(slot);
  if (limits_.role != ReplicaRole::Decode) {
    count_prompt(slot);
  }
}

void PoolRuntime::prefilled(SlotId slot, Instant now) {
  prompt_done(slot);
  count_prompt(slot);
  service_.prefilled(slot, now);
}

void PoolRuntime::token_after_preemption(SlotId slot, Duration gap) {
  ++tokens_stepped_;
  if (floor_.requests[slot].last_token >= floor_.warmup) {
    result_.latency.itl.add(gap);
  }
}

void PoolRuntime::preempted(SlotId) { ++result_.requests.preemptions; }

/// The request has got so many output tokens by now, the latest from this pool.
void PoolRuntime::settle_tokens(SlotId slot, std::uint32_t emitted) {
  Request& request = floor_.requests[slot];
  const auto tokens = emitted - request.settled_tokens;
  request.settled_tokens = emitted;
  tokens_settled_ += tokens;
  floor_.application_of(request).requests.output_tokens += tokens;
  floor_.tenant_of(request).requests.output_tokens += tokens;
}

void PoolRuntime::leave_replica(SlotId slot) {
  prompt_done(slot);
  group_->answered(floor_.requests[slot].replica.index);
}

void PoolRuntime::expired(SlotId slot, Instant now) {
  leave_replica(slot);
  service_.expired(slot, now);
}

void PoolRuntime::finished(SlotId slot, Instant now) {
  const Request& request = floor_.requests[slot];
  const auto latency =
      RequestLatency::of(request.arrival, request.first_token, now, request.output_tokens);
  floor_.count_completed(request, latency, level_, result_);
  settle_tokens(slot, request.output_tokens);
  const auto& machine = *machines_[number_in_pool(request)];
  if (request.answer_joins_last && machine.tiers != nullptr) {
    machine.tiers->store(tier_key(machine, slot), request.input_tokens + request.output_tokens - 1);
  }
  floor_.write_row(slot, service_.name(), RequestStatus::Completed, latency, request.output_tokens,
                   {plan_->pool, number_in_pool(request)});
  leave_replica(slot);
  service_.completed(slot, now);
}

void PoolRuntime::stop_at(Instant now) {
  std::uint32_t at = 0;
  const auto count = [&](SlotId slot, std::uint32_t emitted) {
    const Request& request = floor_.requests[slot];
    for (auto* ledger : floor_.ledgers_of(request, result_.requests)) {
      ++ledger->in_flight;
    }
    settle_tokens(slot, emitted);
    floor_.write_row(slot, service_.name(), RequestStatus::InFlight, std::nullopt, emitted,
                     {plan_->pool, at});
  };
  for (; at < replicas(); ++at) {
    auto& machine = *machines_[at];
    steps_began_ = machine.steps_began;
    const auto cut = machine.replica.stop_at(now);
    result_.work.busy += cut;
    was_cut_ = was_cut_ || cut > Duration();
    machine.replica.for_each_request(count);
    if (machine.state != State::Off) {
      release_chips(machine, now);
    }
  }
  for (const auto& entry : pending_) {
    if (entry.slot != no_slot) {
      at = entry.replica;
      count({entry.slot}, floor_.requests[SlotId{entry.slot}].emitted_tokens);
    }
  }
}

double PoolRuntime::active_chip_seconds(Instant now) const {
  double sum = result_.active_chip_seconds;
  for (const auto& machine : machines_) {
    if (machine->state != State::Off) {
      sum += (now - machine->active_since).seconds() * chips_per_replica();
    }
  }
  return sum;
}

PoolResult& PoolRuntime::close() {
  result_.requests.output_tokens = tokens_settled_;
  CHECK(tokens_stepped_ == tokens_settled_, "{}/{}: steps emitted {} tokens, requests got {}",
        plan_->service, plan_->pool, tokens_stepped_, tokens_settled_);
  check_metered_energy(result_, harvested_j_, was_cut_);
  return result_;
}

}  // namespace tokenfab
