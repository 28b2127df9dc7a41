// SPDX-License-Identifier: Apache-2.0
// Capped contexts of a decode set against a token-by-token count.
#include <algorithm>
#include <limits>
#include <vector>

#include "models/serving/decode_set.hpp"
#include "sim/core/random.hpp"

#undef CHECK
#include <catch2/catch.hpp>

namespace tokenfab {
namespace {

struct Sequence {
  SlotId slot;
  std::uint32_t attended;  // by the next step
  std::uint32_t left;      // tokens still to emit
};

/// A decode set beside the plain list of its sequences.
class Pair {
 public:
  explicit Pair(std::uint32_t cap) : cap_(cap), set_(pool_, 16, cap) {}

  void join(std::uint32_t cached, std::uint32_t output) {
    const auto slot = pool_.take();
    pool_[slot].output_tokens = output;
    pool_[slot].admission = admissions_++;
    set_.join(slot, cached);
    sequences_.push_back({slot, cached + 1, output});
  }

  void remove_random(RandomStream& random) {
    const auto index = random.next_u64() % sequences_.size();
    set_.remove(sequences_[index].slot);
    pool_.give_back(sequences_[index].slot);
    sequences_.erase(sequences_.begin() + static_cast<std::ptrdiff_t>(index));
  }

  /// Advances both by up to `steps` steps of even growth, checking the line that growth promises.
  void advance(std::int64_t steps) {
    steps = std::min({steps, set_.steps_to_first_finish(), set_.steps_of_even_growth()});
    const auto first = set_.capped_context_tokens();
    const auto growth = set_.growing_sequences();
    for (std::int64_t i = 0; i < steps; ++i) {
      REQUIRE(first + static_cast<std::uint64_t>(i) * growth == plain_capped());
      for (auto& sequence : sequences_) {
        ++sequence.attended;
        --sequence.left;
      }
    }
    set_.advance(steps);
    for (auto slot = set_.take_finished(); slot != no_slot; slot = set_.take_finished()) {
      const auto found = std::find_if(sequences_.begin(), sequences_.end(),
                                      [&](const Sequence& s) { return s.slot.index == slot; });
      REQUIRE(found->left == 0);
      sequences_.erase(found);
      pool_.give_back({slot});
    }
    compare();
  }

  void compare() const {
    REQUIRE(set_.capped_context_tokens() == plain_capped());
    const auto growing = std::count_if(sequences_.begin(), sequences_.end(),
                                       [this](const Sequence& s) { return s.attended < cap_; });
    REQUIRE(set_.growing_sequences() == static_cast<std::uint32_t>(growing));
  }

  std::size_t size() const { return sequences_.size(); }

 private:
  std::uint64_t plain_capped() const {
    std::uint64_t sum = 0;
    for (const auto& sequence : sequences_) {
      sum += std::min(sequence.attended, cap_);
    }
    return sum;
  }

  std::uint32_t cap_;
  RequestPool pool_;
  DecodeSet set_;
  std::vector<Sequence> sequences_;
  std::uint64_t admissions_ = 0;
};

}  // namespace

TEST_CASE("decode set: capped contexts equal a token-by-token count") {
  RandomStream random(7, 0, "decode cap", "operations");
  for (int round = 0; round < 200; ++round) {
    Pair pair(1 + static_cast<std::uint32_t>(random.next_u64() % 60));
    for (int operation = 0; operation < 60; ++operation) {
      const auto kind = random.next_u64() % 4;
      if (pair.size() == 0 || kind == 0) {
        pair.join(1 + static_cast<std::uint32_t>(random.next_u64() % 80),
                  1 + static_cast<std::uint32_t>(random.next_u64() % 50));
      } else if (kind == 1 && pair.size() > 1) {
        pair.remove_random(random);
      } else {
        pair.advance(1 + static_cast<std::int64_t>(random.next_u64() % 20));
      }
      pair.compare();
    }
  }
}

TEST_CASE("decode set: without a cap nothing is capped") {
  RequestPool pool;
  DecodeSet set(pool, 16);
  const auto slot = pool.take();
  pool[slot].output_tokens = 5;
  set.join(slot, 10);
  REQUIRE(set.capped_context_tokens() == 0);
  REQUIRE(set.growing_sequences() == 0);
  REQUIRE(set.steps_of_even_growth() == std::numeric_limits<std::int64_t>::max());
}

}  // namespace tokenfab
