// SPDX-License-Identifier: Apache-2.0
#include "models/serving/decode_set.hpp"

#include <algorithm>
#include <functional>
#include <limits>

#include "sim/core/check.hpp"

namespace tokenfab {

void DecodeSet::join(SlotId slot, std::uint32_t cached_tokens) {
  Request& request = (*pool_)[slot];
  CHECK(request.emitted_tokens < request.output_tokens, "request {} emitted {} of {}",
        request.number, request.emitted_tokens, request.output_tokens);
  request.finish_count = count_ + (request.output_tokens - request.emitted_tokens);
  request.prefilled_tokens = cached_tokens;
  finishes_.push_back({request.finish_count, request.admission, slot.index});
  std::push_heap(finishes_.begin(), finishes_.end(), std::greater<>());
  ++crossings_[crossing_class(cached_tokens)];
  context_tokens_ += cached_tokens + 1;
  join_cap(slot, cached_tokens + 1);
  request.running_before = tail_;
  request.running_after = no_slot;
  (tail_ == no_slot ? head_ : (*pool_)[SlotId{tail_}].running_after) = slot.index;
  tail_ = slot.index;
  ++size_;
}

std::uint32_t DecodeSet::crossing_class(std::uint32_t cached) const {
  // A step opens a block when the tokens cached before it fill whole blocks.
  const auto phase = (cached % block_size_ + block_size_ - count_ % block_size_) % block_size_;
  return static_cast<std::uint32_t>((block_size_ - phase) % block_size_);
}

std::int64_t DecodeSet::steps_to_first_finish() const {
  return steps_gaining(static_cast<std::int64_t>(finishes_.front().count - count_));
}

std::uint64_t DecodeSet::overshoot(std::int64_t steps) const {
  const auto tokens = tokens_in(steps);
  return gain_ == DecodeRate::unit
             ? 0
             : overshoot_below(0, count_ + static_cast<std::uint64_t>(tokens));
}

/// Of the heap's subtree at `entry`: those that end before `end` are its top.
std::uint64_t DecodeSet::overshoot_below(std::size_t entry, std::uint64_t end) const {
  if (entry >= finishes_.size() || finishes_[entry].count >= end) {
    return 0;
  }
  return end - finishes_[entry].count + overshoot_below(2 * entry + 1, end) +
         overshoot_below(2 * entry + 2, end);
}

std::uint64_t DecodeSet::blocks_for(std::int64_t steps) const {
  return blocks_for_tokens(tokens_in(steps));
}

std::uint64_t DecodeSet::blocks_for_tokens(std::int64_t tokens) const {
  const auto block = static_cast<std::int64_t>(block_size_);
  auto blocks = static_cast<std::uint64_t>(tokens / block) * size_;
  for (std::int64_t i = 0; i < tokens % block; ++i) {
    blocks += crossings_[(count_ + static_cast<std::uint64_t>(i)) % block_size_];
  }
  return blocks;
}

std::int64_t DecodeSet::steps_within_blocks(std::uint64_t free_blocks, std::int64_t limit) const {
  if (size_ == 0) {
    return limit;
  }
  const auto tokens = tokens_within_blocks(free_blocks, tokens_in(limit));
  return std::min(limit, steps_gaining_at_most(tokens));
}

std::int64_t DecodeSet::tokens_within_blocks(std::uint64_t free_blocks, std::int64_t limit) const {
  const auto cycles = static_cast<std::int64_t>(free_blocks / size_);
  const auto block = static_cast<std::int64_t>(block_size_);
  if (cycles >= limit / block + 1) {
    return limit;
  }
  auto left = free_blocks - static_cast<std::uint64_t>(cycles) * size_;
  auto tokens = cycles * block;
  // After the whole cycles fewer blocks are left than there are sequences: one more cycle at most.
  while (tokens < limit) {
    const auto need = crossings_[(count_ + static_cast<std::uint64_t>(tokens)) % block_size_];
    if (need > left) {
      break;
    }
    left -= need;
    ++tokens;
  }
  return std::min(tokens, limit);
}

void DecodeSet::advance(std::int64_t steps) {
  CHECK(finishes_.empty() || steps <= steps_to_first_finish(), "{} steps pass the end {} of {}",
        steps, finishes_.front().count, count_);
  const auto tokens = tokens_in(steps);
  advance_cap(tokens);
  count_ += static_cast<std::uint64_t>(tokens);
  context_tokens_ += static_cast<std::uint64_t>(tokens) * size_;
  phase_ = (phase_ + steps * gain_) % DecodeRate::unit;
}

std::uint32_t DecodeSet::take_finished() {
  if (finishes_.empty() || finishes_.front().count > count_) {
    return no_slot;
  }
  const SlotId slot{finishes_.front().slot};
  std::pop_heap(finishes_.begin(), finishes_.end(), std::greater<>());
  finishes_.pop_back();
  unlink(slot);
  return slot.index;
}

void DecodeSet::remove(SlotId slot) {
  const auto found = std::find_if(finishes_.begin(), finishes_.end(),
                                  [&](const Finish& entry) { return entry.slot == slot.index; });
  CHECK(found != finishes_.end(), "slot {} does not decode here", slot.index);
  finishes_.erase(found);
  std::make_heap(finishes_.begin(), finishes_.end(), std::greater<>());
  unlink(slot);
}

void DecodeSet::unlink(SlotId slot) {
  Request& request = (*pool_)[slot];
  const auto cached = cached_tokens(slot);
  request.emitted_tokens = std::min(emitted_tokens(slot), request.output_tokens);
  --crossings_[crossing_class(cached)];
  context_tokens_ -= cached + 1;
  leave_cap(slot, cached + 1);
  request.prefilled_tokens = cached;
  const auto before = request.running_before;
  const auto after = request.running_after;
  (before == no_slot ? head_ : (*pool_)[SlotId{before}].running_after) = after;
  (after == no_slot ? tail_ : (*pool_)[SlotId{after}].running_before) = before;
  --size_;
}

void DecodeSet::join_cap(SlotId slot, std::uint32_t attended) {
  Request& request = (*pool_)[slot];
  request.cap_count = 0;  // not growing
  if (!context_cap_) {
    return;
  }
  capped_tokens_ += std::min(attended, *context_cap_);
  if (attended < *context_cap_) {
    ++growing_;
    request.cap_count = count_ + (*context_cap_ - attended);
    if (request.cap_count < request.finish_count) {
      caps_.push_back({request.cap_count, slot.index});
      std::push_heap(caps_.begin(), caps_.end(), std::greater<>());
    }
  }
}

void DecodeSet::leave_cap(SlotId slot, std::uint32_t attended) {
  if (!context_cap_) {
    return;
  }
  const Request& request = (*pool_)[slot];
  const bool is_queued = request.cap_count < request.finish_count && request.cap_count > count_;
  const bool ends_below_cap = request.cap_count >= request.finish_count;
  // What grows has been counted whole, also beyond its end.
  capped_tokens_ -= is_queued || ends_below_cap ? attended : *context_cap_;
  if (is_queued || ends_below_cap) {
    --growing_;
  }
  if (is_queued) {  // preempted before it reached the cap
    std::erase_if(caps_, [&](const Cap& cap) { return cap.slot == slot.index; });
    std::make_heap(caps_.begin(), caps_.end(), std::greater<>());
  }
}

void DecodeSet::advance_cap(std::int64_t tokens) {
  auto count = count_;
  const auto end = count_ + static_cast<std::uint64_t>(tokens);
  while (!caps_.empty() && caps_.front().count <= end) {
    capped_tokens_ += (caps_.front().count - count) * growing_;
    count = caps_.front().count;
    std::pop_heap(caps_.begin(), caps_.end(), std::greater<>());
    caps_.pop_back();
    --growing_;
  }
  capped_tokens_ += (end - count) * growing_;
}

std::int64_t DecodeSet::steps_of_even_growth() const {
  // The step in which a sequence attends to exactly the cap still lies on the line.
  return caps_.empty()
             ? std::numeric_limits<std::int64_t>::max()
             : steps_gaining_at_most(static_cast<std::int64_t>(caps_.front().count - count_)) + 1;
}

std::uint32_t DecodeSet::cached_tokens(SlotId slot) const {
  // prefilled_tokens holds what was cached at the join; emitted_tokens what was out by then.
  const Request& request = (*pool_)[slot];
  return request.prefilled_tokens + (emitted_tokens(slot) - request.emitted_tokens);
}

std::uint32_t DecodeSet::emitted_tokens(SlotId slot) const {
  const Request& request = (*pool_)[slot];
  // Beyond its end by what the last step accepted too much.
  return static_cast<std::uint32_t>(request.output_tokens + count_ - request.finish_count);
}

std::uint64_t DecodeSet::blocks_of(SlotId slot) const {
  return (cached_tokens(slot) + block_size_ - 1) / block_size_;
}

}  // namespace tokenfab
