// SPDX-License-Identifier: Apache-2.0
// Preemption, the horizon and the meters of a replica, by hand with the step of replica_test.cpp.
#include "sim/core/random.hpp"
#include "tests/replica_play.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

// 6 blocks of 4 tokens. Two requests of 8 + 8 tokens each need 4 blocks in the end.
constexpr ReplicaLimits tight{8, 64, 4, 6, true};

const FakeStepModel model;

std::vector<std::uint64_t> numbers_here(const Bench& bench) {
  std::vector<std::uint64_t> numbers;
  bench.replica.for_each_request(
      [&](SlotId slot, std::uint32_t) { numbers.push_back(bench.pool[slot].number); });
  return numbers;
}

}  // namespace

TEST_CASE("replica: the latest admitted request is preempted and recomputed") {
  // Prefill of both: 1016, 4 blocks used. The next step opens 2 blocks: 6 used. Decodes attend
  // 18, 20, 22, 24 tokens until both fill their third block: 1016 + 4084 = 5100, 5 tokens out each.
  // B loses its cache. A: 13, 14, 15 tokens: 6113, 7127, 8142, when it ends.
  // B recomputes 8 + 5 tokens: 1013, token 6 at 9155; then 14 and 15 tokens: 10169, 11184.
  for (const auto stepping : {Stepping::Request, Stepping::Iteration}) {
    Bench bench(tight, model, stepping);
    bench.play({{at_us(0), 8, 8}, {at_us(0), 8, 8}});
    REQUIRE(bench.of(0).first_token == at_us(1016));
    REQUIRE(bench.of(1).first_token == at_us(1016));
    REQUIRE(bench.of(0).preemptions == 0);
    REQUIRE(bench.of(1).preemptions == 1);
    REQUIRE(bench.of(0).end == at_us(8142));
    REQUIRE(bench.of(1).end == at_us(11'184));
    REQUIRE(bench.replica.kv_blocks_used(Instant()) == 0);
    // 14 gaps: 4 x 2 together, 3 of A, the one across the preemption, 2 of B.
    REQUIRE(bench.diary.gaps.count() == 14);
    REQUIRE(bench.diary.gaps.max() == us(9155 - 5100));
  }
}

TEST_CASE("replica: a preempted request goes to the front of the queue") {
  // As before; C (4 + 1 tokens, one block) waits since 2000 because all blocks are taken. After the
  // preemption 2 blocks are free, but B, now first, needs 4, and C may not overtake it. At 8142
  // both are admitted: 13 + 4 tokens.
  Bench bench(tight, model);
  bench.play({{at_us(0), 8, 8}, {at_us(0), 8, 8}, {at_us(2000), 4, 1}});
  REQUIRE(bench.of(1).preemptions == 1);
  REQUIRE(bench.of(2).first_token == at_us(8142 + 1017));
  REQUIRE(bench.of(1).end == at_us(8142 + 1017 + 1014 + 1015));
}

TEST_CASE("replica: a chunk that finds too few blocks waits whole") {
  // 8 blocks of 4, budget 16. Step 1: A's 16 tokens, 4 blocks: 1016. Then A's decode opens a fifth
  // block, and B's first chunk would be 15 tokens: 4 blocks, but 3 are free.
  Bench bench({8, 16, 4, 8, true}, model);
  bench.play({{at_us(0), 16, 12}, {at_us(0), 20, 1}});
  // A decodes alone: 17 .. 27 tokens attended: 11 steps = 11 x 1000 + 242. Then B: 16, then 4.
  REQUIRE(bench.of(0).end == at_us(1016 + 11'242));
  REQUIRE(bench.of(1).first_token == at_us(1016 + 11'242 + 1016 + 1020));
  REQUIRE(bench.of(1).preemptions == 0);
}

TEST_CASE("replica: a preempted chunk is not admitted again in the same step") {
  // 6 blocks of 4, budget 8. A: 6 + 6 tokens: prefill 6 (2 blocks), B's first 2 tokens (1 block):
  // 1008. Step 2: A attends 7 (no new block), B's next 7 of 16 after 2: 9 cached, 3 blocks: 5 used.
  // 1000 + 7 + 9 = 1016. Step 3: A attends 8, cached 8, no new block; B's next 7: 16 cached, 4
  // blocks: 6 used. 1000 + 8 + 16 = 1024; B has its first token at 3048.
  // Step 4: A (8 cached) and B (16 cached) both open a block: none is free. B is preempted, A takes
  // a block and goes on alone: 1009, 4057. Then B needs 17 tokens' worth of blocks, chunk by
  // chunk: 7 tokens (2 blocks) fit beside A: 1000 + 10 + 7 = 1017, 5074.
  // A attends 11, its last: B's next 7 after 7: 14 cached, 4 blocks: 3 + 4 > 6. B, now the
  // latest, is preempted before its chunk; A alone: 1011, A ends at 6085.
  Bench bench({8, 8, 4, 6, true}, model);
  bench.play({{at_us(0), 6, 6}, {at_us(0), 16, 2}});
  REQUIRE(bench.of(1).first_token == at_us(3048));
  REQUIRE(bench.of(0).end == at_us(6085));
  REQUIRE(bench.of(1).preemptions == 2);
  // B alone recomputes 17 tokens in chunks 8, 8 (after 8), 1 (after 16): 1008, 1016, 1017.
  REQUIRE(bench.of(1).end == at_us(6085 + 1008 + 1016 + 1017));
}

TEST_CASE("replica: the horizon counts whole steps and drops the one under way") {
  // Prefill of 11 tokens to 1011; decodes of the first to 2022, 3034, 4047. Stopped at 3500.
  for (const auto stepping : {Stepping::Request, Stepping::Iteration}) {
    Bench bench({8, 64, 4, 1000, true}, model, stepping);
    bench.submit({at_us(0), 10, 50});
    bench.submit({at_us(0), 1, 1});
    bench.advance_before(at_us(3500));
    REQUIRE(bench.replica.harvest_energy_j(at_us(3500)) == Approx(3.5));
    REQUIRE(bench.replica.stop_at(at_us(3500)) == us(3500 - 3034));
    REQUIRE(bench.diary.steps == 3);
    REQUIRE(bench.diary.time == us(3034));
    REQUIRE(numbers_here(bench) == std::vector<std::uint64_t>{0});
    std::uint32_t emitted = 0;
    bench.replica.for_each_request([&](SlotId, std::uint32_t tokens) { emitted = tokens; });
    REQUIRE(emitted == 3);
    REQUIRE_FALSE(bench.replica.next_event());
  }
}

TEST_CASE("replica: the horizon in a prefill keeps every request") {
  Bench bench({2, 64, 4, 1000, true}, model);
  for (int i = 0; i < 3; ++i) {
    bench.submit({at_us(0), 50, 5});
  }
  bench.replica.advance_to(at_us(0));  // 50 of the first, 14 of the second; the third waits
  REQUIRE(bench.replica.stop_at(at_us(400)) == us(400));
  REQUIRE(bench.diary.steps == 0);
  REQUIRE(numbers_here(bench) == std::vector<std::uint64_t>{0, 1, 2});
}

TEST_CASE("replica: stopping an idle replica drops nothing") {
  Bench bench(tight, model);
  REQUIRE(bench.replica.stop_at(at_us(5)) == Duration());
}

TEST_CASE("replica: advancing in two calls equals one, meters included") {
  const std::vector<Job> jobs{{at_us(0), 8, 8}, {at_us(0), 8, 8}};
  RandomStream random(3, 0, "replica", "cuts");
  for (int i = 0; i < 200; ++i) {
    Bench whole(tight, model);
    Bench cut(tight, model);
    for (const auto& job : jobs) {
      whole.submit(job);
      cut.submit(job);
    }
    const auto end = at_us(static_cast<std::int64_t>(random.next_u64() % 12'000));
    whole.replica.advance_to(end);
    const double energy = whole.replica.harvest_energy_j(end);
    const auto tokens = whole.replica.harvest_tokens(end);
    double energy_in_parts = 0;
    std::uint64_t tokens_in_parts = 0;
    auto now = at_us(0);
    while (now < end) {
      now = std::min(end, now + us(static_cast<std::int64_t>(random.next_u64() % 3000)));
      cut.replica.advance_to(now);
      energy_in_parts += cut.replica.harvest_energy_j(now);
      tokens_in_parts += cut.replica.harvest_tokens(now);
    }
    cut.replica.advance_to(end);
    REQUIRE(cut.replica.next_event() == whole.replica.next_event());
    REQUIRE(cut.diary.entries == whole.diary.entries);
    REQUIRE(energy_in_parts == Approx(energy).epsilon(1e-12));
    REQUIRE(tokens_in_parts == tokens);
    // 1 kW from 0 to the end of the last step.
    REQUIRE(energy == Approx(std::min(end.seconds(), 11.184e-3) * 1000).epsilon(1e-12));
    REQUIRE(cut.replica.kv_blocks_used(Instant()) == whole.replica.kv_blocks_used(Instant()));
  }
}
