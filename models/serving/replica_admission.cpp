// SPDX-License-Identifier: Apache-2.0
// The replica's queue: who goes into the next step, and what it takes in KV blocks.
#include <algorithm>

#include "models/serving/replica.hpp"
#include "sim/core/check.hpp"

namespace tokenfab {

std::uint32_t Replica::budget_beside_decodes() const {
  const auto rows = std::uint64_t{decodes_.size()} * rate_.rows_per_sequence;
  const auto budget = std::uint64_t{limits_.max_num_batched_tokens};
  return static_cast<std::uint32_t>(budget - std::min(rows, budget));
}

/// What admitting the request would take, the prefix that is cached now being used.
Replica::Admission Replica::plan(SlotId slot, std::uint32_t budget) const {
  const Request& request = (*pool_)[slot];
  const auto& prompt = pool_->prompt(slot);
  Admission admission;
  std::uint32_t promised = 0;
  std::uint64_t pinned = 0;
  if (limits_.prefix_caching && !prompt.empty()) {
    // At least one token is computed: it gives the logits of the first output token.
    const auto most = (request.prefill_target - 1) / limits_.block_size * limits_.block_size;
    admission.shared = std::min(cache_.match(prompt), most);
    admission.ready = admission.shared;
    promised = std::min(request.loaded_to, most);
    if (request.loaded_from <= admission.shared && admission.shared < request.loaded_to) {
      admission.ready = promised;
    }
    pinned = cache_.idle_blocks_on(prompt, admission.shared);
  }
  const auto remaining = request.prefill_target - admission.ready;
  const bool is_whole = remaining <= budget || limits_.chunked_prefill;
  admission.tokens = is_whole ? std::min(remaining, budget) : 0;
  const auto blocks_to = [&](std::uint32_t end) {
    return limits_.blocks_for(end) - admission.shared / limits_.block_size + pinned +
           limits_.sequence_blocks;
  };
  admission.blocks = blocks_to(admission.ready + admission.tokens);
  // Fetched tokens are worthless once those before them are evicted, yet their room is waited for:
  // so what does not fit now does not fit later in a run.
  const auto end = std::max(promised, admission.ready) + std::uint64_t{budget};
  admission.room =
      blocks_to(static_cast<std::uint32_t>(std::min<std::uint64_t>(request.prefill_target, end)));
  return admission;
}

bool Replica::admits_newcomer() const {
  // Blocks only get fewer during a run of decodes, and so do cached prefixes: what does not fit now
  // does not fit later in it.
  const auto slot = waiting_.front();
  const Request& request = (*pool_)[slot];
  if (running() >= limits_.max_num_seqs) {
    return false;
  }
  if (request.kv_arrives) {
    return limits_.blocks_for(request.prefill_target) + limits_.sequence_blocks <= free_blocks_;
  }
  const auto admission = plan(slot, budget_beside_decodes());
  return admission.tokens > 0 && admission.room <= free_blocks_;
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

std::uint32_t Replica::schedule_partial(std::uint32_t budget) {
  if (!partial_) {
    return 0;
  }
  const Request& request = (*pool_)[*partial_];
  const auto tokens = chunk_of(request, budget);
  if (tokens > 0) {
    take_blocks(chunk_blocks(request, tokens));
    share(*partial_, request.prefilled_tokens + tokens);
  }
  chunks_.push_back({*partial_, tokens});
  return tokens;
}

void Replica::admit_waiting(std::uint32_t budget, Instant now) {
  auto sequences = decodes_.size() + static_cast<std::uint32_t>(chunks_.size()) +
                   static_cast<std::uint32_t>(reserved_.size());
  while (true) {
    drop_expired(now);
    if (waiting_.empty() || sequences >= limits_.max_num_seqs) {
      return;
    }
    const auto slot = waiting_.front();
    Request& request = (*pool_)[slot];
    if (request.kv_arrives) {
      const auto blocks = limits_.blocks_for(request.prefill_target) + limits_.sequence_blocks;
      if (blocks > free_blocks_) {
        return;
      }
      admit_reserved(slot, blocks, now);
    } else {
      const auto admission = budget > 0 ? plan(slot, budget) : Admission{};
      if (admission.tokens == 0 || admission.room > free_blocks_) {
        return;
      }
      admit(slot, admission);
      budget -= admission.tokens;
    }
    ++sequences;
  }
}

void Replica::admit(SlotId slot, const Admission& admission) {
  Request& request = (*pool_)[slot];
  waiting_.pop_front();  // before it is charged, which may put another tenant in front
  if (admission.shared > 0) {
    cache_.lease(pool_->prompt(slot), admission.shared, pool_->lease(slot));
  }
  take_blocks(admission.blocks);
  request.prefilled_tokens = admission.ready;
  request.cached_tokens = request.was_admitted ? request.cached_tokens : admission.ready;
  if (!request.was_admitted) {
    // What is computed anew after a preemption is not the tenant's doing.
    waiting_.charge(slot, request.input_tokens, 0);
  }
  request.was_admitted = true;
  request.admission = admissions_++;
  share(slot, admission.ready + admission.tokens);
  chunks_.push_back({slot, admission.tokens});
}

void Replica::admit_reserved(SlotId slot, std::uint64_t blocks, Instant now) {
  take_blocks(blocks);
  (*pool_)[slot].admission = admissions_++;
  waiting_.pop_front();
  reserved_.push_back(slot);
  observer_->reserved(slot, now);
}

/// What the request has computed up to `end` may be used by others from now on.
void Replica::share(SlotId slot, std::uint32_t end) {
  const auto& prompt = pool_->prompt(slot);
  if (limits_.prefix_caching && !prompt.empty()) {
    cache_.extend(prompt, std::min(end, (*pool_)[slot].input_tokens), pool_->lease(slot));
  }
}

void Replica::take_blocks(std::uint64_t blocks) {
  CHECK(blocks <= free_blocks_, "{} blocks of {} free ones", blocks, free_blocks_);
  free_blocks_ -= blocks;
  cache_.trim(free_blocks_);
}

void Replica::give_back_blocks(SlotId slot) {
  auto& lease = pool_->lease(slot);
  const auto shared = lease.shared_tokens / limits_.block_size;
  free_blocks_ += limits_.blocks_for((*pool_)[slot].prefilled_tokens) - shared +
                  limits_.sequence_blocks + cache_.release(lease);
}

std::uint32_t Replica::cached_prefix(std::span<const PromptSpan> prompt, Instant now) {
  if (!limits_.prefix_caching || prompt.empty()) {
    return 0;
  }
  if (cache_.idle_blocks() > 0) {
    cache_.trim(free_blocks_at(now));
  }
  return cache_.match(prompt);
}

/// The steps of a run that have begun by `now` have taken their blocks; those of the others are
/// still free.
std::uint64_t Replica::free_blocks_at(Instant now) const {
  if (!segment_.active || segment_.steps == 1) {
    return free_blocks_;
  }
  const auto reached = segment_.times.steps_reaching(now - segment_.start);
  const auto begun = std::clamp<std::int64_t>(reached, 1, segment_.steps);
  return free_blocks_ - (decodes_.blocks_for(begun) - decodes_.blocks_for(1));
}

Instant Replica::expiry_of(SlotId slot) const {
  // The first date at which it has waited longer than the deadline.
  return (*pool_)[slot].arrival + *limits_.queue_deadline + Duration::from_ticks(1);
}

void Replica::drop_expired(Instant now) {
  while (limits_.queue_deadline && !waiting_.empty()) {
    const auto slot = waiting_.front();
    const Request& request = (*pool_)[slot];
    const bool may_expire = request.emitted_tokens == 0 && !request.kv_arrives;
    if (!may_expire || now < expiry_of(slot)) {
      return;
    }
    waiting_.pop_front();
    observer_->expired(slot, now);
  }
}

/// Decode steps after which another request may be at the front: the fair policy's counters move,
/// or the one there now is dropped.
std::int64_t Replica::steps_to_new_front(Instant now) const {
  if (waiting_.empty()) {
    return StepCost::unlimited;
  }
  auto steps = waiting_.steps_to_new_front(rate_.tokens_per_step);
  if (limits_.queue_deadline) {
    const auto left = std::max(expiry_of(waiting_.front()) - now, Duration{});
    steps = std::min(steps, segment_.times.steps_reaching(left));
  }
  return std::max<std::int64_t>(1, steps);
}

}  // namespace tokenfab
