// SPDX-License-Identifier: Apache-2.0
#include "models/serving/decode_set.hpp"

#include <algorithm>

#include "sim/core/random.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

struct Sequences {
  explicit Sequences(std::uint32_t block_size) : set(pool, block_size) {}

  SlotId join(std::uint32_t cached, std::uint32_t to_emit) {
    const auto slot = pool.take();
    pool[slot].admission = admissions++;
    pool[slot].output_tokens = to_emit + 1;
    pool[slot].emitted_tokens = 1;
    set.join(slot, cached);
    return slot;
  }

  RequestPool pool;
  DecodeSet set;
  std::uint64_t admissions = 0;
};

/// The same with one counter per sequence, stepped token by token.
struct NaiveSet {
  struct Sequence {
    SlotId slot;
    std::uint64_t cached;
    std::uint64_t left;
  };
  std::uint64_t block_size;
  std::vector<Sequence> sequences;  // oldest admission first

  std::uint64_t blocks(std::uint64_t tokens) const {
    return (tokens + block_size - 1) / block_size;
  }
  std::uint64_t blocks_for(std::int64_t steps) const {
    std::uint64_t sum = 0;
    for (const auto& sequence : sequences) {
      sum += blocks(sequence.cached + static_cast<std::uint64_t>(steps)) - blocks(sequence.cached);
    }
    return sum;
  }
  std::int64_t steps_within_blocks(std::uint64_t free, std::int64_t limit) const {
    std::int64_t steps = 0;
    while (steps < limit && blocks_for(steps + 1) <= free) {
      ++steps;
    }
    return steps;
  }
  std::uint64_t context() const {
    std::uint64_t sum = 0;
    for (const auto& sequence : sequences) {
      sum += sequence.cached + 1;
    }
    return sum;
  }
  std::int64_t to_first_finish() const {
    std::uint64_t least = ~std::uint64_t{0};
    for (const auto& sequence : sequences) {
      least = std::min(least, sequence.left);
    }
    return static_cast<std::int64_t>(least);
  }
};

void require_same(const Sequences& fast, const NaiveSet& naive, RandomStream& random) {
  REQUIRE(fast.set.size() == naive.sequences.size());
  REQUIRE(fast.set.context_tokens() == naive.context());
  const auto steps = static_cast<std::int64_t>(random.next_u64() % 80);
  REQUIRE(fast.set.blocks_for(steps) == naive.blocks_for(steps));
  const auto free = random.next_u64() % 40;
  REQUIRE(fast.set.steps_within_blocks(free, steps) == naive.steps_within_blocks(free, steps));
  std::vector<SlotId> order;
  fast.set.for_each([&](SlotId slot) { order.push_back(slot); });
  REQUIRE(order.size() == naive.sequences.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto& sequence = naive.sequences[i];
    REQUIRE(order[i] == sequence.slot);
    REQUIRE(fast.set.cached_tokens(order[i]) == sequence.cached);
    REQUIRE(fast.set.blocks_of(order[i]) == naive.blocks(sequence.cached));
    REQUIRE(fast.set.emitted_tokens(order[i]) == fast.pool[order[i]].output_tokens - sequence.left);
  }
  if (!order.empty()) {
    REQUIRE(fast.set.steps_to_first_finish() == naive.to_first_finish());
    REQUIRE(fast.set.tail() == order.back());
  }
}

void step(Sequences& fast, NaiveSet& naive, std::int64_t steps) {
  fast.set.advance(steps);
  for (auto& sequence : naive.sequences) {
    sequence.cached += static_cast<std::uint64_t>(steps);
    sequence.left -= static_cast<std::uint64_t>(steps);
  }
  // Whoever has ended leaves, oldest admission first.
  for (std::size_t i = 0; i < naive.sequences.size();) {
    const auto sequence = naive.sequences[i];
    if (sequence.left > 0) {
      ++i;
      continue;
    }
    REQUIRE(fast.set.take_finished() == sequence.slot.index);
    REQUIRE(fast.pool[sequence.slot].emitted_tokens == fast.pool[sequence.slot].output_tokens);
    REQUIRE(fast.pool[sequence.slot].prefilled_tokens == sequence.cached);
    fast.pool.give_back(sequence.slot);
    naive.sequences.erase(naive.sequences.begin() + static_cast<std::ptrdiff_t>(i));
  }
  REQUIRE(fast.set.take_finished() == no_slot);
}

void compare_on_random_operations(std::uint32_t block_size, std::uint64_t seed) {
  RandomStream random(seed, 0, "decode set", "operations");
  Sequences fast(block_size);
  NaiveSet naive{block_size, {}};
  for (int i = 0; i < 300; ++i) {
    const auto kind = random.next_u64() % 4;
    if (kind == 0 || naive.sequences.empty()) {
      const auto cached = static_cast<std::uint32_t>(1 + random.next_u64() % 100);
      const auto left = static_cast<std::uint32_t>(1 + random.next_u64() % 60);
      naive.sequences.push_back({fast.join(cached, left), cached, left});
    } else if (kind == 1) {
      const auto which = random.next_u64() % naive.sequences.size();
      const auto sequence = naive.sequences[which];
      fast.set.remove(sequence.slot);
      REQUIRE(fast.pool[sequence.slot].prefilled_tokens == sequence.cached);
      fast.pool.give_back(sequence.slot);
      naive.sequences.erase(naive.sequences.begin() + static_cast<std::ptrdiff_t>(which));
    } else {
      const auto most = static_cast<std::uint64_t>(naive.to_first_finish());
      step(fast, naive, static_cast<std::int64_t>(1 + random.next_u64() % most));
    }
    require_same(fast, naive, random);
  }
}

}  // namespace

TEST_CASE("decode set: blocks by hand, 16 tokens per block") {
  Sequences sequences(16);
  sequences.join(16, 40);  // full block: the very next step opens one, then every 16 steps
  sequences.join(20, 40);  // 12 free places: step 13 opens one
  REQUIRE(sequences.set.context_tokens() == 17 + 21);
  REQUIRE(sequences.set.blocks_for(0) == 0);
  REQUIRE(sequences.set.blocks_for(1) == 1);
  REQUIRE(sequences.set.blocks_for(12) == 1);
  REQUIRE(sequences.set.blocks_for(13) == 2);
  REQUIRE(sequences.set.blocks_for(16) == 2);
  REQUIRE(sequences.set.blocks_for(17) == 3);
  REQUIRE(sequences.set.steps_within_blocks(0, 100) == 0);
  REQUIRE(sequences.set.steps_within_blocks(1, 100) == 12);
  REQUIRE(sequences.set.steps_within_blocks(2, 100) == 16);
  REQUIRE(sequences.set.steps_within_blocks(3, 100) == 28);
  REQUIRE(sequences.set.steps_within_blocks(3, 20) == 20);
}

TEST_CASE("decode set: one token per block takes a block per sequence and step") {
  Sequences sequences(1);
  sequences.join(3, 10);
  sequences.join(5, 10);
  REQUIRE(sequences.set.blocks_for(4) == 8);
  REQUIRE(sequences.set.steps_within_blocks(7, 100) == 3);
  REQUIRE(sequences.set.steps_within_blocks(8, 100) == 4);
}

TEST_CASE("decode set: crossings move with the step counter") {
  // Cached 14 and 16 after 2 steps are 16 and 18: the first crosses now, the second in 14 steps.
  Sequences sequences(16);
  sequences.join(14, 40);
  sequences.set.advance(2);
  sequences.join(18, 40);
  REQUIRE(sequences.set.blocks_for(1) == 1);
  REQUIRE(sequences.set.blocks_for(14) == 1);
  REQUIRE(sequences.set.blocks_for(15) == 2);
}

TEST_CASE("decode set: an empty set needs nothing") {
  Sequences sequences(16);
  REQUIRE(sequences.set.blocks_for(1000) == 0);
  REQUIRE(sequences.set.steps_within_blocks(0, 7) == 7);
  REQUIRE(sequences.set.take_finished() == no_slot);
}

TEST_CASE("decode set: those that end together leave oldest first") {
  Sequences sequences(16);
  const auto first = sequences.join(50, 5);
  const auto second = sequences.join(10, 3);
  const auto third = sequences.join(30, 3);
  REQUIRE(sequences.set.steps_to_first_finish() == 3);
  sequences.set.advance(3);
  REQUIRE(sequences.set.take_finished() == second.index);
  REQUIRE(sequences.set.take_finished() == third.index);
  REQUIRE(sequences.set.take_finished() == no_slot);
  REQUIRE(sequences.set.tail() == first);
  REQUIRE(sequences.set.emitted_tokens(first) == 4);
  REQUIRE(sequences.set.context_tokens() == 54);
}

TEST_CASE("decode set: equals a token-by-token set on random operations") {
  for (const std::uint32_t block_size : {1, 2, 3, 7, 16, 32}) {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
      compare_on_random_operations(block_size, seed);
    }
  }
}
