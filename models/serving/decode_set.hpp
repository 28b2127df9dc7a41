// SPDX-License-Identifier: Apache-2.0
// The sequences of a replica that decode in lock step: each step adds one token to every one of
// them. Everything a scheduler asks (who ends when, how many KV blocks the next k steps need, how
// much context they read) follows from a common step counter, so a run of steps costs O(1) per
// question instead of O(sequences).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/serving/request.hpp"

namespace tokenfab {

class DecodeSet {
 public:
  /// `context_cap`: the most tokens that some layers attend to (a window), if any.
  DecodeSet(RequestPool& pool, std::uint32_t block_size,
            std::optional<std::uint32_t> context_cap = std::nullopt)
      : pool_(&pool),
        block_size_(block_size),
        context_cap_(context_cap),
        crossings_(block_size, 0) {}

  std::uint32_t size() const { return size_; }

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

  /// A sequence whose context reaches the cap after `count` steps.
  struct Cap {
    std::uint64_t count;
    std::uint32_t slot;
    bool operator>(const Cap& other) const {
      return count != other.count ? count > other.count : slot > other.slot;
    }
  };

  std::uint32_t crossing_class(std::uint32_t cached) const;
  void unlink(SlotId slot);
  void join_cap(SlotId slot, std::uint32_t attended);
  void leave_cap(SlotId slot, std::uint32_t attended);
  void advance_cap(std::int64_t steps);

  RequestPool* pool_;
  std::uint32_t block_size_;
  std::optional<std::uint32_t> context_cap_;
  std::uint64_t count_ = 0;  // decode steps made so far
  std::uint64_t context_tokens_ = 0;
  std::uint32_t size_ = 0;
  std::uint32_t head_ = no_slot;
  std::uint32_t tail_ = no_slot;
  // crossings_[r]: sequences that open a new block in the step after `count` steps when
  // count == r modulo the block size.
  std::vector<std::uint32_t> crossings_;
  std::vector<Finish> finishes_;  // min-heap
  std::uint64_t capped_tokens_ = 0;
  std::uint32_t growing_ = 0;
  std::vector<Cap> caps_;  // min-heap of the sequences that reach the cap before they end
};

}  // namespace tokenfab
