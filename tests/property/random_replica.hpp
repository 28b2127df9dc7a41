// SPDX-License-Identifier: Apache-2.0
// Random small replicas, and what two plays of one must have in common.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/core/random.hpp"
#include "tests/replica_play.hpp"
#include "tests/with_catch.hpp"

namespace tokenfab::testing {

/// A whole number of [low, high].
inline std::uint32_t between(RandomStream& random, std::uint32_t low, std::uint32_t high) {
  return low + static_cast<std::uint32_t>(random.next_u64() % (high - low + 1));
}

struct Case {
  ReplicaLimits limits;
  FakeStepModel model;
  std::vector<Job> jobs;
};

/// Tight in blocks, budget or sequences, arrivals in bursts and on step boundaries.
inline Case random_case(std::uint64_t seed) {
  RandomStream random(seed, 0, "replica", "cases");
  Case made;
  auto& limits = made.limits;
  limits.block_size = between(random, 1, 32);
  limits.max_num_seqs = between(random, 1, 12);
  limits.max_num_batched_tokens = limits.max_num_seqs + between(random, 0, 100);
  limits.chunked_prefill = seed % 5 != 0;
  const auto longest = between(random, 20, 200);
  if (!limits.chunked_prefill) {
    limits.max_num_batched_tokens = std::max(limits.max_num_batched_tokens, longest);
  }
  limits.kv_blocks = (longest + limits.block_size - 1) / limits.block_size + between(random, 0, 12);
  made.model.base = ticks(1 + static_cast<Int128>(random.next_u64() % 1'000'000'000'000));
  made.model.per_token = ticks(static_cast<Int128>(random.next_u64() % 10'000'000'000));
  made.model.per_sequence = ticks(static_cast<Int128>(random.next_u64() % 100'000'000'000));
  if (seed % 7 == 0) {
    made.model.base = us(1000);  // round dates: arrivals meet step boundaries
    made.model.per_token = made.model.per_sequence = us(0);
  }
  made.model.steps_valid = seed % 3 == 0 ? between(random, 1, 9) : StepCost::unlimited;
  auto date = at_us(0);
  const auto jobs = between(random, 5, 40);
  for (std::uint32_t i = 0; i < jobs; ++i) {
    const auto input = between(random, 1, longest - 1);
    made.jobs.push_back({date, input, between(random, 1, longest - input)});
    date += us(1000) * between(random, 0, 1) * between(random, 0, 40);
  }
  return made;
}

inline void require_close(double a, double b) {
  REQUIRE(std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)));
}

inline void require_same_totals(const Diary& fast, const Diary& slow) {
  REQUIRE(fast.finish_order == slow.finish_order);
  REQUIRE(fast.steps == slow.steps);
  REQUIRE(fast.time == slow.time);
  REQUIRE(fast.prefill_charge == slow.prefill_charge);
  REQUIRE(fast.decode_charge == slow.decode_charge);
  REQUIRE(fast.work.time_by_part == slow.work.time_by_part);
  REQUIRE(fast.mixed_steps == slow.mixed_steps);
  REQUIRE(fast.gaps.count() == slow.gaps.count());
  REQUIRE(fast.gaps.sum_ticks() == slow.gaps.sum_ticks());
  for (const double q : {0.0, 0.1, 0.5, 0.9, 0.99, 1.0}) {
    REQUIRE(fast.gaps.quantile_s(q) == slow.gaps.quantile_s(q));
  }
  require_close(fast.cached_token_seconds, slow.cached_token_seconds);
  require_close(fast.work.dynamic_energy_j, slow.work.dynamic_energy_j);
  require_close(fast.work.flop, slow.work.flop);
}

/// The same with a window, blocks per sequence or the priority policy; ties of priority too.
inline Case featured_case(std::uint64_t seed) {
  auto made = random_case(seed);
  RandomStream random(seed, 0, "replica", "features");
  if (random.next_u64() % 3 != 0) {
    std::uint32_t longest = 1;
    for (const auto& job : made.jobs) {
      longest = std::max(longest, job.input + job.output);
    }
    made.model.cap = between(random, 1, longest);
    made.model.per_capped_token = ticks(static_cast<Int128>(random.next_u64() % 50'000'000'000));
  }
  if (random.next_u64() % 2 == 0) {
    made.limits.sequence_blocks = between(random, 1, 4);
    made.limits.kv_blocks += made.limits.sequence_blocks * between(random, 1, 6);
  }
  if (random.next_u64() % 2 == 0) {
    made.limits.policy = SchedulingPolicy::Priority;
    const auto spread = between(random, 0, 5);
    for (auto& job : made.jobs) {
      job.priority = static_cast<std::int32_t>(between(random, 0, 2 * spread)) -
                     static_cast<std::int32_t>(spread);
    }
  }
  return made;
}

}  // namespace tokenfab::testing
