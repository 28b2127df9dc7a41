// SPDX-License-Identifier: Apache-2.0
#include "models/serving/replica.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace tokenfab {

Replica::Replica(const ReplicaLimits& limits, const StepModel& step_model, RequestPool& pool,
                 ReplicaObserver& observer, Stepping stepping)
    : limits_(limits),
      step_model_(&step_model),
      pool_(&pool),
      observer_(&observer),
      stepping_(stepping),
      decodes_(pool, limits.block_size, step_model.context_cap()),
      free_blocks_(limits.kv_blocks) {
  CHECK(limits.max_num_seqs > 0 && limits.max_num_seqs <= limits.max_num_batched_tokens,
        "max_num_seqs {} max_num_batched_tokens {}", limits.max_num_seqs,
        limits.max_num_batched_tokens);
}

void Replica::make_available(Instant now) {
  available_ = true;
  if (!waiting_.empty()) {
    next_event_ = now;
  }
}

void Replica::submit(SlotId slot, Instant now) {
  Request& request = (*pool_)[slot];
  CHECK(limits_.can_hold(request.input_tokens, request.output_tokens),
        "request {}: {} + {} tokens, {} blocks", request.number, request.input_tokens,
        request.output_tokens, limits_.kv_blocks);
  request.prefill_target = request.input_tokens;
  enqueue(slot);
  if (!available_) {
    return;
  }
  if (!segment_.active) {
    next_event_ = now;  // all requests that arrive at `now` are seen before the step begins
  } else if (segment_.steps > 1 && waiting_.front() == slot && admits_newcomer()) {
    // The batch changes at the next step boundary that is not before the arrival.
    const auto reached = segment_.times.steps_reaching(now - segment_.start);
    segment_.steps = std::min(segment_.steps, std::max<std::int64_t>(reached, 1));
    next_event_ = segment_.start + segment_.times.sum(segment_.steps);
  }
}

bool Replica::goes_before(SlotId a, SlotId b) const {
  const Request& x = (*pool_)[a];
  const Request& y = (*pool_)[b];
  if (x.priority != y.priority) {
    return x.priority < y.priority;
  }
  return x.arrival != y.arrival ? x.arrival < y.arrival : x.number < y.number;
}

void Replica::enqueue(SlotId slot) {
  if (limits_.policy == SchedulingPolicy::Fcfs) {
    waiting_.push_back(slot);
    return;
  }
  const auto place = std::upper_bound(waiting_.begin(), waiting_.end(), slot,
                                      [this](SlotId a, SlotId b) { return goes_before(a, b); });
  waiting_.insert(place, slot);
}

bool Replica::admits_newcomer() const {
  // Blocks only get fewer during a run of decodes: what does not fit now does not fit later in it.
  const Request& request = (*pool_)[waiting_.front()];
  const auto chunk = chunk_of(request, limits_.max_num_batched_tokens - decodes_.size());
  return running() < limits_.max_num_seqs && chunk > 0 &&
         chunk_blocks(request, chunk) + limits_.sequence_blocks <= free_blocks_;
}

std::uint32_t Replica::chunk_of(const Request& request, std::uint32_t budget) const {
  const auto remaining = request.prefill_target - request.prefilled_tokens;
  if (remaining > budget && !limits_.chunked_prefill) {
    return 0;
  }
  return std::min(remaining, budget);
}

std::uint64_t Replica::chunk_blocks(const Request& request, std::uint32_t tokens) const {
  return limits_.blocks_for(request.prefilled_tokens + tokens) -
         limits_.blocks_for(request.prefilled_tokens);
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
  const bool preempted = make_room(now);
  free_blocks_ -= decodes_.blocks_for(1);
  auto budget = limits_.max_num_batched_tokens - decodes_.size();
  budget -= schedule_partial(budget);
  if (!preempted) {
    admit_waiting(budget);
  }
  segment_.active = decodes_.size() > 0 || !chunks_.empty();
  if (!segment_.active) {
    CHECK(waiting_.empty(), "{} requests wait at an idle replica with {} free blocks",
          waiting_.size(), free_blocks_);
    next_event_.reset();
    return;
  }
  price_steps(now, preempted);
}

bool Replica::make_room(Instant now) {
  bool preempted = false;
  while (true) {
    auto need = decodes_.blocks_for(1);
    if (partial_) {
      const Request& request = (*pool_)[*partial_];
      const auto budget = limits_.max_num_batched_tokens - decodes_.size();
      need += chunk_blocks(request, chunk_of(request, budget));
    }
    if (need <= free_blocks_) {
      return preempted;
    }
    preempt(choose_victim(), now);
    preempted = true;
  }
}

SlotId Replica::choose_victim() const {
  CHECK(running() > 1, "the last running request does not fit: {} free blocks", free_blocks_);
  if (limits_.policy == SchedulingPolicy::Fcfs) {
    return partial_ ? *partial_ : decodes_.tail();
  }
  auto victim = partial_ ? *partial_ : decodes_.tail();
  decodes_.for_each([&](SlotId slot) { victim = goes_before(victim, slot) ? slot : victim; });
  return victim;
}

void Replica::preempt(SlotId victim, Instant now) {
  Request& request = (*pool_)[victim];
  if (partial_ && *partial_ == victim) {
    partial_.reset();
  } else {
    decodes_.remove(victim);
    request.last_token = now;
  }
  free_blocks_ += limits_.blocks_for(request.prefilled_tokens) + limits_.sequence_blocks;
  request.prefilled_tokens = 0;
  request.prefill_target = request.input_tokens + request.emitted_tokens;
  if (limits_.policy == SchedulingPolicy::Fcfs) {
    waiting_.push_front(victim);
  } else {
    enqueue(victim);
  }
  observer_->preempted(victim);
}

std::uint32_t Replica::schedule_partial(std::uint32_t budget) {
  if (!partial_) {
    return 0;
  }
  const Request& request = (*pool_)[*partial_];
  const auto tokens = chunk_of(request, budget);
  free_blocks_ -= chunk_blocks(request, tokens);
  chunks_.push_back({*partial_, tokens});
  return tokens;
}

void Replica::admit_waiting(std::uint32_t budget) {
  auto sequences = decodes_.size() + static_cast<std::uint32_t>(chunks_.size());
  while (!waiting_.empty() && budget > 0 && sequences < limits_.max_num_seqs) {
    Request& request = (*pool_)[waiting_.front()];
    const auto tokens = chunk_of(request, budget);
    const auto blocks = chunk_blocks(request, tokens) + limits_.sequence_blocks;
    if (tokens == 0 || blocks > free_blocks_) {
      return;
    }
    free_blocks_ -= blocks;
    request.admission = admissions_++;
    chunks_.push_back({waiting_.front(), tokens});
    waiting_.pop_front();
    budget -= tokens;
    ++sequences;
  }
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
                         decodes_.steps_of_even_growth()};
  auto whole = decode;
  whole.prefills = chunk_shapes_;
  segment_.start = now;
  segment_.cost = step_model_->cost(whole);
  segment_.times = {segment_.cost.first.time(), segment_.cost.growth.time()};
  segment_.cached_tokens = decodes_.context_tokens() + prefill_context;
  segment_.harvested_j = 0;
  segment_.harvested_tokens = 0;
  segment_.prefill_alone = segment_.decode_alone = Duration{};
  segment_.steps = 1;
  if (chunks_.empty()) {
    const auto limit = std::min(segment_.cost.steps_valid, decodes_.steps_to_first_finish());
    if (stepping_ == Stepping::Request && !preempted) {
      const auto available = free_blocks_ + decodes_.blocks_for(1);
      segment_.steps = decodes_.steps_within_blocks(available, limit);
    }
  } else if (decodes_.size() > 0) {
    StepShape prefill;
    prefill.prefills = chunk_shapes_;
    segment_.prefill_alone = step_model_->cost(prefill).first.time();
    segment_.decode_alone = step_model_->cost(decode).first.time();
  }
  CHECK(segment_.steps >= 1, "{} steps", segment_.steps);
  next_event_ = now + segment_.times.sum(segment_.steps);
}

void Replica::end_steps(Instant now) {
  pending_energy_j_ += steps_energy_j(segment_.steps) - segment_.harvested_j;
  const auto tokens = static_cast<std::uint64_t>(segment_.steps) * decodes_.size();
  pending_tokens_ += tokens - segment_.harvested_tokens;
  free_blocks_ -= decodes_.blocks_for(segment_.steps) - decodes_.blocks_for(1);
  report_steps(segment_.steps);
  decodes_.advance(segment_.steps);
  segment_.active = false;
  finish_decodes(now);
  complete_chunks(now);
}

void Replica::report_steps(std::int64_t steps) {
  StepsRecord record;
  record.steps = steps;
  record.times = segment_.times;
  record.time = segment_.times.sum(steps);
  record.decode_sequences = decodes_.size();
  record.work.add(segment_.cost.first, steps);
  record.work.add(segment_.cost.growth, steps * (steps - 1) / 2);
  for (const auto& chunk : chunks_) {
    record.prefill_tokens += chunk.tokens;
  }
  if (chunks_.empty()) {
    record.decode_charge = record.time;
  } else if (record.decode_sequences == 0) {
    record.prefill_charge = record.time;
  } else {
    const auto prefill = segment_.prefill_alone.ticks();
    const auto both = prefill + segment_.decode_alone.ticks();
    record.prefill_charge = Duration::from_ticks(record.time.ticks() * prefill / both);
    record.decode_charge = record.time - record.prefill_charge;
  }
  // Sum over j of (cached + n j) (first + growth j), n tokens joining the cache each step.
  const auto k = static_cast<double>(steps);
  const auto cached = static_cast<double>(segment_.cached_tokens);
  const auto n = static_cast<double>(record.decode_sequences);
  const auto first = segment_.times.first.seconds();
  const auto growth = segment_.times.growth.seconds();
  record.cached_token_seconds = cached * first * k +
                                (cached * growth + n * first) * k * (k - 1) / 2 +
                                n * growth * (k - 1) * k * (2 * k - 1) / 6;
  observer_->steps_done(record);
}

void Replica::finish_decodes(Instant now) {
  for (auto slot = decodes_.take_finished(); slot != no_slot; slot = decodes_.take_finished()) {
    free_blocks_ +=
        limits_.blocks_for((*pool_)[SlotId{slot}].prefilled_tokens) + limits_.sequence_blocks;
    observer_->finished(SlotId{slot}, now);
  }
}

void Replica::complete_chunks(Instant now) {
  partial_.reset();
  for (const auto& chunk : chunks_) {
    Request& request = (*pool_)[chunk.slot];
    request.prefilled_tokens += chunk.tokens;
    if (request.prefilled_tokens == request.prefill_target) {
      emit_from_prefill(chunk.slot, now);
    } else {
      partial_ = chunk.slot;
    }
  }
  chunks_.clear();
}

void Replica::emit_from_prefill(SlotId slot, Instant now) {
  Request& request = (*pool_)[slot];
  if (request.emitted_tokens == 0) {
    request.first_token = now;
    observer_->first_token(slot, now);
  } else {
    observer_->token_after_preemption(slot, now - request.last_token);
  }
  ++request.emitted_tokens;
  ++pending_tokens_;
  if (request.emitted_tokens == request.output_tokens) {
    free_blocks_ += limits_.blocks_for(request.prefilled_tokens) + limits_.sequence_blocks;
    observer_->finished(slot, now);
  } else {
    decodes_.join(slot, request.prefilled_tokens);
  }
}

double Replica::steps_energy_j(std::int64_t steps) const {
  const auto k = static_cast<double>(steps);
  return segment_.cost.first.dynamic_energy_j * k +
         segment_.cost.growth.dynamic_energy_j * (k * (k - 1) / 2);
}

double Replica::segment_energy_j(Instant now) const {
  const auto elapsed = now - segment_.start;
  const auto whole = std::min(segment_.times.steps_within(elapsed), segment_.steps);
  const double done = steps_energy_j(whole);
  if (whole == segment_.steps) {
    return done;
  }
  // Within a step the power is constant.
  const auto into_step = elapsed - segment_.times.sum(whole);
  const double step = segment_.cost.first.dynamic_energy_j +
                      segment_.cost.growth.dynamic_energy_j * static_cast<double>(whole);
  return done + step * (into_step.seconds() / segment_.times.step(whole).seconds());
}

double Replica::harvest_energy_j(Instant now) {
  double energy = pending_energy_j_;
  pending_energy_j_ = 0;
  if (segment_.active) {
    const double used = segment_energy_j(now);
    energy += used - segment_.harvested_j;
    segment_.harvested_j = used;
  }
  return energy;
}

std::uint64_t Replica::harvest_tokens(Instant now) {
  auto tokens = pending_tokens_;
  pending_tokens_ = 0;
  if (segment_.active) {
    const auto steps = std::min(segment_.times.steps_within(now - segment_.start), segment_.steps);
    const auto emitted = static_cast<std::uint64_t>(steps) * decodes_.size();
    tokens += emitted - segment_.harvested_tokens;
    segment_.harvested_tokens = emitted;
  }
  return tokens;
}

Duration Replica::stop_at(Instant now) {
  if (!segment_.active) {
    return Duration{};
  }
  const auto elapsed = now - segment_.start;
  const auto whole = segment_.times.steps_within(elapsed);
  CHECK(whole < segment_.steps, "{} steps were due before the stop", segment_.steps);
  if (whole > 0) {
    report_steps(whole);
    decodes_.advance(whole);
  }
  segment_.active = false;
  next_event_.reset();
  return elapsed - segment_.times.sum(whole);
}

}  // namespace tokenfab
