// SPDX-License-Identifier: Apache-2.0
// Replicas with windows, blocks per sequence and priorities: jumps against single steps, and both
// against the scheduler that walks its lists.
#include "tests/property/naive_replica.hpp"
#include "tests/property/random_replica.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

struct Coverage {
  int crossing = 0;
  int prioritized = 0;
  int preempting_by_priority = 0;
  int holding = 0;
  int jumping = 0;
};

/// Whether two runs of decodes that follow each other differ only in that a window is full.
bool crosses_window(const Diary& diary) {
  for (std::size_t i = 1; i < diary.records.size(); ++i) {
    const auto& before = diary.records[i - 1];
    const auto& after = diary.records[i];
    if (before.steps > 1 && before.prefill_tokens + after.prefill_tokens == 0 &&
        before.decode_sequences == after.decode_sequences &&
        after.times.growth < before.times.growth) {
      return true;
    }
  }
  return false;
}

void compare_steppings(std::uint64_t seed, Coverage& coverage) {
  INFO("case " << seed);
  const auto made = featured_case(seed);
  Bench fast(made.limits, made.model, Stepping::Request);
  fast.play(made.jobs);
  Bench slow(made.limits, made.model, Stepping::Iteration);
  slow.play(made.jobs);
  REQUIRE(fast.diary.entries == slow.diary.entries);
  REQUIRE(fast.diary.entries.size() == made.jobs.size());
  require_same_totals(fast.diary, slow.diary);
  REQUIRE(fast.replica.kv_blocks_used(Instant()) == 0);
  REQUIRE(slow.replica.kv_blocks_used(Instant()) == 0);
  const auto end = Instant(Duration::from_seconds(1e6));
  require_close(fast.replica.harvest_energy_j(end), slow.replica.harvest_energy_j(end));
  REQUIRE(fast.replica.harvest_tokens(end) == slow.replica.harvest_tokens(end));
  coverage.crossing += crosses_window(fast.diary) ? 1 : 0;
  coverage.jumping += 2 * fast.events < slow.events ? 1 : 0;
  coverage.holding += made.limits.sequence_blocks > 0 && fast.diary.preemptions > 0 ? 1 : 0;
  if (made.limits.policy == SchedulingPolicy::Priority) {
    auto plain = made.limits;
    plain.policy = SchedulingPolicy::Fcfs;
    Bench first_come(plain, made.model);
    first_come.play(made.jobs);
    const bool matters = first_come.diary.entries != fast.diary.entries;
    coverage.prioritized += matters ? 1 : 0;
    coverage.preempting_by_priority += matters && fast.diary.preemptions > 0 ? 1 : 0;
  }
}

}  // namespace

TEST_CASE("featured replica: jumps equal single steps on random cases") {
  Coverage coverage;
  for (std::uint64_t seed = 1; seed <= 800; ++seed) {
    compare_steppings(seed, coverage);
  }
  CAPTURE(coverage.crossing, coverage.prioritized, coverage.preempting_by_priority,
          coverage.holding, coverage.jumping);
  REQUIRE(coverage.crossing > 100);
  REQUIRE(coverage.prioritized > 200);
  REQUIRE(coverage.preempting_by_priority > 100);
  REQUIRE(coverage.holding > 80);
  REQUIRE(coverage.jumping > 80);
}

TEST_CASE("featured replica: equals the scheduler that walks its lists") {
  for (std::uint64_t seed = 5001; seed <= 5800; ++seed) {
    INFO("case " << seed);
    const auto made = featured_case(seed);
    Bench fast(made.limits, made.model);
    fast.play(made.jobs);
    REQUIRE(fast.diary.entries == NaiveReplica(made.limits, made.model).play(made.jobs));
  }
}

TEST_CASE("featured replica: never exceeds its blocks, and a horizon cuts jumps alike") {
  for (std::uint64_t seed = 9001; seed <= 9300; ++seed) {
    INFO("case " << seed);
    const auto made = featured_case(seed);
    const auto stop = made.jobs[made.jobs.size() / 2].arrival + us(37 * static_cast<int>(seed));
    std::vector<std::pair<std::uint64_t, std::uint32_t>> left[2];
    Duration dropped[2];
    Bench fast(made.limits, made.model, Stepping::Request);
    Bench slow(made.limits, made.model, Stepping::Iteration);
    int which = 0;
    for (auto* bench : {&fast, &slow}) {
      for (const auto& job : made.jobs) {
        if (job.arrival <= stop) {
          bench->advance_before(job.arrival);
          bench->submit(job);
          REQUIRE(bench->replica.kv_blocks_used(Instant()) <= made.limits.kv_blocks);
        }
      }
      bench->replica.advance_to(stop);
      REQUIRE(bench->replica.kv_blocks_used(Instant()) <= made.limits.kv_blocks);
      dropped[which] = bench->replica.stop_at(stop);
      bench->replica.for_each_request([&](SlotId slot, std::uint32_t emitted) {
        left[which].emplace_back(bench->pool[slot].number, emitted);
      });
      ++which;
    }
    REQUIRE(left[0] == left[1]);
    REQUIRE(dropped[0] == dropped[1]);
    REQUIRE(fast.diary.entries == slow.diary.entries);
    require_same_totals(fast.diary, slow.diary);
  }
}
