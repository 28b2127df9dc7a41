// SPDX-License-Identifier: Apache-2.0
// The sequences of a replica that decode in lock step: each step adds one token to every one of
// them, or with speculative decoding the mean number of accepted tokens, the same to all.
// Everything a scheduler asks (who ends when, how many KV blocks the next k steps need, how much
// context they read) follows from a common token counter, so a run of steps costs O(1) per question
// instead of O(sequences).
//
// A mean gain that is not whole accumulates: after k steps from now every sequence has gained
// floor(phase + k x gain) tokens. Left out: that sequences differ in what they accept, and the
// spread of a sequence's gains from step to step.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/serving/request.hpp"
#include "sim/api/step.hpp"

namespace tokenfab {

class DecodeSet {
 public:
  /// `context_cap`: the most tokens that some layers attend to (a window), if any.
  DecodeSet(RequestPool& pool, std::uint32_t block_size,
            std::optional<std::uint32_t> context_cap = std::nullopt, DecodeRate rate = {})
      : pool_(&pool),
        block_size_(block_size),
        context_cap_(context_cap),
        gain_(rate.tokens_per_step),
        crossings_(block_size, 0) {}

  std::uint32_t size() const { return size_; }

  /// Tokens that every sequence gains in the next `steps` steps.
  std::int64_t tokens_in(std::int64_t steps) const {
    return (phase_ + steps * gain_) / DecodeRate::unit;
  }
  /// What has been gained beyond whole tokens, in 1/DecodeRate::unit tokens.
  std::uint32_t phase() const { return static_cast<std::uint32_t>(phase_); }
  /// Tokens of the next `steps` steps that lie beyond the ends of sequences: a step that accepts
  /// more than a sequence still needs. Needs steps <= steps_to_first_finish().
  std::uint64_t overshoot(std::int64_t steps) const;

  /// Tokens that the next step attends to, over all sequences, each one's new token included.
  std::uint64_t context_tokens() const { return context_tokens_; }

  /// The same for layers that attend to at most the cap; 0 without one.
  std::uint64_t capped_context_tokens() const { return capped_tokens_; }
  /// Sequences whose capped context grows in the next step.
  std::uint32_t growing_sequences() const { return growing_; }
  /// Steps for which the capped context grows by growing_sequences() each.
  std::int64_t steps_of_even_growth() const;

  /// Adds a sequence with `cached_tokens` tokens in the KV cache; the tail of the running order.
  /// Its Request says how many tokens it still has to emit (at least one).
  void join(SlotId slot, std::uint32_t cached_tokens);

  /// Steps until the first sequence has emitted all its tokens. Needs size() > 0.
  std::int64_t steps_to_first_finish() const;

  /// New KV blocks that the next `steps` steps take, all sequences staying.
  std::uint64_t blocks_for(std::int64_t steps) const;

  /// The most steps, up to `limit`, whose new blocks fit into `free_blocks`.
  std::int64_t steps_within_blocks(std::uint64_t free_blocks, std::int64_t limit) const;

  /// All sequences have made `steps` steps; none may have passed its end.
  void advance(std::int64_t steps);

  /// Removes and returns a sequence that has ended, oldest admission first; none: no_slot.
  std::uint32_t take_finished();

  /// The latest admitted sequence. Needs size() > 0.
  SlotId tail() const { return {tail_}; }
  void remove(SlotId slot);

  std::uint32_t cached_tokens(SlotId slot) const;
  std::uint32_t emitted_tokens(SlotId slot) const;
  std::uint64_t blocks_of(SlotId slot) const;

  /// Calls visit(SlotId) from the oldest admission to the latest.
  template <class Visit>
  void for_each(Visit visit) const {
    for (auto i = head_; i != no_slot;) {
      const auto next = (*pool_)[SlotId{i}].running_after;
      visit(SlotId{i});
      i = next;
    }
  }

 private:
  struct Finish {
    std::uint64_t count;
    std::uint64_t admission;
    std::uint32_t slot;
    bool operator>(const Finish& other) const {
      return count != other.count ? count > other.count : admission > other.admission;
    }
  };

  /// A sequence whose context reaches the cap after `count` tokens.
  struct Cap {
    std::uint64_t count;
    std::uint32_t slot;
    bool operator>(const Cap& other) const {
      return count != other.count ? count > other.count : slot > other.slot;
    }
  };

  std::uint32_t crossing_class(std::uint32_t cached) const;
  std::uint64_t blocks_for_tokens(std::int64_t tokens) const;
  std::int64_t tokens_within_blocks(std::uint64_t free_blocks, std::int64_t limit) const;
  /// The fewest steps that gain `tokens`, and the most that gain no more.
  std::int64_t steps_gaining(std::int64_t tokens) const {
    return (tokens * DecodeRate::unit - phase_ + gain_ - 1) / gain_;
  }
  std::int64_t steps_gaining_at_most(std::int64_t tokens) const {
    return ((tokens + 1) * DecodeRate::unit - 1 - phase_) / gain_;
  }
  std::uint64_t overshoot_below(std::size_t entry, std::uint64_t end) const;
  void unlink(SlotId slot);
  void join_cap(SlotId slot, std::uint32_t attended);
  void leave_cap(SlotId slot, std::uint32_t attended);
  void advance_cap(std::int64_t tokens);

  RequestPool* pool_;
  std::uint32_t block_size_;
  std::optional<std::uint32_t> context_cap_;
  std::uint64_t count_ = 0;  // tokens gained so far
  std::int64_t gain_;        // per step, in 1/DecodeRate::unit tokens
  std::int64_t phase_ = 0;   // gained beyond count_, in the same unit
  std::uint64_t context_tokens_ = 0;
  std::uint32_t size_ = 0;
  std::uint32_t head_ = no_slot;
  std::uint32_t tail_ = no_slot;
  // crossings_[r]: sequences whose token after `count` tokens opens a new block when
  // count == r modulo the block size.
  std::vector<std::uint32_t> crossings_;
  std::vector<Finish> finishes_;  // min-heap
  std::uint64_t capped_tokens_ = 0;
  std::uint32_t growing_ = 0;
  std::vector<Cap> caps_;  // min-heap of the sequences that reach the cap before they end
};

}  // namespace tokenfab
