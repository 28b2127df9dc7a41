// SPDX-License-Identifier: Apache-2.0
// The replica's events: what comes from outside, and the steps one after another.
#include "models/serving/replica.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/check.hpp"

namespace tokenfab {

Replica::Replica(const ReplicaLimits& limits, const StepModel& step_model, RequestPool& pool,
                 ReplicaObserver& observer, Stepping stepping, WaitingQueue::TenantWeight weight)
    : limits_(limits),
      step_model_(&step_model),
      pool_(&pool),
      observer_(&observer),
      stepping_(stepping),
      rate_(step_model.decode_rate()),
      waiting_(limits.policy, pool, std::move(weight)),
      decodes_(pool, limits.block_size, step_model.context_cap(), rate_),
      cache_(limits.block_size),
      free_blocks_(limits.kv_blocks) {
  CHECK(limits.max_num_seqs > 0 && limits.max_num_seqs <= limits.max_num_batched_tokens,
        "max_num_seqs {} max_num_batched_tokens {}", limits.max_num_seqs,
        limits.max_num_batched_tokens);
}

void Replica::make_available(Instant now) {
  available_ = true;
  if (!waiting_.empty()) {
    wake(now);
  }
}

/// An idle replica looks at its queue; all that arrives at `now` is seen before its step begins.
void Replica::wake(Instant now) {
  if (!segment_.active && available_) {
    next_event_ = now;
  }
}

/// The batch may change at `date`: the run under way ends at the first step boundary that is not
/// before it.
void Replica::cut_run(Instant date) {
  if (segment_.active && segment_.steps > 1) {
    cut_run_after(segment_.times.steps_reaching(date - segment_.start));
  }
}

void Replica::cut_run_after(std::int64_t steps) {
  segment_.steps = std::min(segment_.steps, std::max<std::int64_t>(steps, 1));
  next_event_ = segment_.start + segment_.times.sum(segment_.steps);
}

/// The fair policy's counters are those of the last step boundary before `now`.
void Replica::charge_decodes(Instant now) {
  if (limits_.policy == SchedulingPolicy::Fair && segment_.active && segment_.steps > 1) {
    const auto reached = segment_.times.steps_reaching(now - segment_.start);
    const auto done = std::clamp<std::int64_t>(reached - 1, 0, segment_.steps);
    waiting_.decoded(done - segment_.charged_steps, rate_.tokens_per_step);
    segment_.charged_steps = done;
  }
}

void Replica::submit(SlotId slot, Instant now) {
  Request& request = (*pool_)[slot];
  CHECK(limits_.can_hold(request.input_tokens, request.output_tokens),
        "request {}: {} + {} tokens, {} blocks", request.number, request.input_tokens,
        request.output_tokens, limits_.kv_blocks);
  request.prefill_target = request.input_tokens + request.emitted_tokens;
  request.prefilled_tokens = 0;
  request.kv_arrives = false;
  enqueue(slot, now);
  if (!available_) {
    return;
  }
  wake(now);
  if (waiting_.front() == slot) {
    if (admits_newcomer()) {
      cut_run(now);
    } else if (limits_.queue_deadline) {
      cut_run(expiry_of(slot));
    }
  }
}

void Replica::enqueue(SlotId slot, Instant now) {
  charge_decodes(now);
  waiting_.push(slot);
  if (limits_.policy == SchedulingPolicy::Fair && segment_.active && segment_.steps > 1) {
    const auto steps = waiting_.steps_to_new_front(rate_.tokens_per_step);
    if (steps < segment_.steps) {
      const auto reached = segment_.times.steps_reaching(now - segment_.start);
      cut_run_after(std::max(reached, segment_.charged_steps + steps));
    }
  }
}

void Replica::submit_decode(SlotId slot, Instant now) {
  (*pool_)[slot].kv_arrives = true;
  enqueue(slot, now);
  if (!available_) {
    return;
  }
  wake(now);
  if (waiting_.front() == slot && admits_newcomer()) {
    cut_run(now);
  }
}

void Replica::kv_arrived(SlotId slot, Instant now) {
  const auto found = std::find(reserved_.begin(), reserved_.end(), slot);
  CHECK(found != reserved_.end(), "slot {} has nothing reserved", slot.index);
  reserved_.erase(found);
  arrived_.push_back(slot);
  emit_token(slot, now);
  wake(now);
  cut_run(now);
}

void Replica::abandon(SlotId slot, Instant now) {
  const auto found = std::find(reserved_.begin(), reserved_.end(), slot);
  if (found != reserved_.end()) {
    reserved_.erase(found);
    give_back_blocks(slot);
  } else {
    waiting_.erase(slot);
  }
  look_again(now);
}

void Replica::release(SlotId slot, Instant now) {
  const auto found = std::find(handed_over_.begin(), handed_over_.end(), slot);
  CHECK(found != handed_over_.end(), "slot {} was not handed over here", slot.index);
  handed_over_.erase(found);
  give_back_blocks(slot);
  look_again(now);
}

/// Blocks have become free in the middle of a run.
void Replica::look_again(Instant now) {
  if (waiting_.empty()) {
    return;
  }
  wake(now);
  if (segment_.active && admits_newcomer()) {
    cut_run(now);
  }
}

void Replica::advance_to(Instant now) {
  while (next_event_ && *next_event_ <= now) {
    const auto boundary = *next_event_;
    if (segment_.active) {
      end_steps(boundary);
    }
    begin_steps(boundary);
  }
}

void Replica::begin_steps(Instant now) {
  chunks_.clear();
  chunk_shapes_.clear();
  join_arrived();
  const bool preempted = make_room(now);
  take_blocks(decodes_.blocks_for(1));
  auto budget = budget_beside_decodes();
  budget -= schedule_partial(budget);
  if (!preempted) {
    admit_waiting(budget, now);
  }
  segment_.active = decodes_.size() > 0 || !chunks_.empty();
  if (!segment_.active) {
    CHECK(waiting_.empty() || !reserved_.empty() || !handed_over_.empty(),
          "{} requests wait at an idle replica with {} free blocks", waiting_.size(), free_blocks_);
    next_event_.reset();
    return;
  }
  price_steps(now, preempted);
}

void Replica::join_arrived() {
  for (const auto slot : arrived_) {
    join_decodes(slot);
  }
  arrived_.clear();
}

void Replica::join_decodes(SlotId slot) {
  decodes_.join(slot, (*pool_)[slot].prefilled_tokens);
  waiting_.decode_joined(slot);
}

bool Replica::make_room(Instant now) {
  bool preempted = false;
  while (true) {
    auto need = decodes_.blocks_for(1);
    if (partial_) {
      const Request& request = (*pool_)[*partial_];
      need += chunk_blocks(request, chunk_of(request, budget_beside_decodes()));
    }
    if (need <= free_blocks_) {
      return preempted;
    }
    preempt(choose_victim(), now);
    preempted = true;
  }
}

SlotId Replica::choose_victim() const {
  CHECK(running() > 1 || !handed_over_.empty(),
        "the last running request does not fit: {} free blocks", free_blocks_);
  if (limits_.policy != SchedulingPolicy::Priority) {
    return partial_ ? *partial_ : decodes_.tail();
  }
  auto victim = partial_ ? *partial_ : decodes_.tail();
  decodes_.for_each(
      [&](SlotId slot) { victim = waiting_.goes_before(victim, slot) ? slot : victim; });
  return victim;
}

void Replica::preempt(SlotId victim, Instant now) {
  Request& request = (*pool_)[victim];
  if (partial_ && *partial_ == victim) {
    partial_.reset();
  } else {
    decodes_.remove(victim);
    waiting_.decode_left(victim);
    request.last_token = now;
  }
  give_back_blocks(victim);
  request.prefilled_tokens = 0;
  request.prefill_target = request.input_tokens + request.emitted_tokens;
  request.kv_arrives = false;
  request.loaded_to = 0;
  waiting_.push_preempted(victim);
  observer_->preempted(victim);
}

void Replica::price_steps(Instant now, bool preempted) {
  std::uint64_t prefill_context = 0;
  for (const auto& chunk : chunks_) {
    const Request& request = (*pool_)[chunk.slot];
    const auto end = request.prefilled_tokens + chunk.tokens;
    chunk_shapes_.push_back(
        {chunk.tokens, request.prefilled_tokens, end == request.prefill_target});
    prefill_context += end;
  }
  const StepShape decode{decodes_.size(),
                         decodes_.context_tokens(),
                         {},
                         decodes_.capped_context_tokens(),
                         decodes_.growing_sequences(),
                         decodes_.steps_of_even_growth(),
                         decodes_.phase()};
  auto whole = decode;
  whole.prefills = chunk_shapes_;
  segment_.start = now;
  segment_.cost = step_model_->cost(whole);
  segment_.times = {segment_.cost.first.time(), segment_.cost.growth.time()};
  segment_.cached_tokens = decodes_.context_tokens() + prefill_context;
  segment_.harvested_j = 0;
  segment_.harvested_tokens = 0;
  segment_.charged_steps = 0;
  segment_.prefill_alone = segment_.decode_alone = segment_.cached_alone = Duration{};
  segment_.steps = 1;
  if (chunks_.empty()) {
    const auto limit = std::min(
        {segment_.cost.steps_valid, decodes_.steps_to_first_finish(), steps_to_new_front(now)});
    if (stepping_ == Stepping::Request && !preempted) {
      const auto available = free_blocks_ + decodes_.blocks_for(1);
      segment_.steps = decodes_.steps_within_blocks(available, limit);
    }
  } else {
    StepShape prefill;
    prefill.prefills = chunk_shapes_;
    const bool is_mixed = decodes_.size() > 0;
    segment_.prefill_alone =
        is_mixed ? step_model_->cost(prefill).first.time() : segment_.times.first;
    segment_.decode_alone = is_mixed ? step_model_->cost(decode).first.time() : Duration{};
    segment_.cached_alone = cached_part();
  }
  CHECK(segment_.steps >= 1, "{} steps", segment_.steps);
  next_event_ = now + segment_.times.sum(segment_.steps);
}

/// Time that the prompts of the step spend on reading prefixes they found in the cache.
Duration Replica::cached_part() {
  bool any_cached = false;
  for (std::size_t i = 0; i < chunks_.size(); ++i) {
    const auto cached = (*pool_)[chunks_[i].slot].cached_tokens;
    any_cached = any_cached || cached > 0;
    chunk_shapes_[i].context_before -= std::min(chunk_shapes_[i].context_before, cached);
  }
  if (!any_cached) {
    return Duration{};
  }
  StepShape without;
  without.prefills = chunk_shapes_;
  return segment_.prefill_alone -
         std::min(segment_.prefill_alone, step_model_->cost(without).first.time());
}

void Replica::end_steps(Instant now) {
  pending_energy_j_ += steps_energy_j(segment_.steps) - segment_.harvested_j;
  pending_tokens_ += report_steps(segment_.steps) - segment_.harvested_tokens;
  take_blocks(decodes_.blocks_for(segment_.steps) - decodes_.blocks_for(1));
  decodes_.advance(segment_.steps);
  waiting_.decoded(segment_.steps - segment_.charged_steps, rate_.tokens_per_step);
  segment_.active = false;
  finish_decodes(now);
  complete_chunks(now);
}

void Replica::finish_decodes(Instant now) {
  for (auto slot = decodes_.take_finished(); slot != no_slot; slot = decodes_.take_finished()) {
    waiting_.decode_left(SlotId{slot});
    finish(SlotId{slot}, now);
  }
}

void Replica::finish(SlotId slot, Instant now) {
  const Request& request = (*pool_)[slot];
  if (request.answer_joins_last && limits_.prefix_caching && !pool_->prompt(slot).empty()) {
    // The last token is never in the cache, nor is what speculation wrote beyond it.
    const auto cached =
        std::min(request.prefilled_tokens, request.input_tokens + request.output_tokens - 1);
    cache_.extend(pool_->prompt(slot), cached, pool_->lease(slot));
  }
  give_back_blocks(slot);
  observer_->finished(slot, now);
}

void Replica::complete_chunks(Instant now) {
  partial_.reset();
  for (const auto& chunk : chunks_) {
    Request& request = (*pool_)[chunk.slot];
    request.prefilled_tokens += chunk.tokens;
    const bool ends_here = request.emitted_tokens + 1 == request.output_tokens;
    if (request.prefilled_tokens < request.prefill_target) {
      partial_ = chunk.slot;
    } else if (limits_.role == ReplicaRole::Prefill && !ends_here) {
      handed_over_.push_back(chunk.slot);
      observer_->prefilled(chunk.slot, now);
    } else {
      emit_from_prefill(chunk.slot, now);
    }
  }
  chunks_.clear();
}

void Replica::emit_from_prefill(SlotId slot, Instant now) {
  emit_token(slot, now);
  const Request& request = (*pool_)[slot];
  if (request.emitted_tokens == request.output_tokens) {
    finish(slot, now);
  } else {
    join_decodes(slot);
  }
}

void Replica::emit_token(SlotId slot, Instant now) {
  Request& request = (*pool_)[slot];
  if (request.emitted_tokens == 0) {
    request.first_token = now;
    observer_->first_token(slot, now);
  } else {
    observer_->token_after_preemption(slot, now - request.last_token);
  }
  ++request.emitted_tokens;
  request.last_token = now;  // a loss may come before the next one
  ++pending_tokens_;
  waiting_.charge(slot, 0, 1);
}

}  // namespace tokenfab
