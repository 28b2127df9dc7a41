// SPDX-License-Identifier: Apache-2.0
// Dates by hand. The fake step takes 1000 us + 1 us per token attended: the context of every
// decode with its new token, the tokens of every prefill chunk and those cached before it.
#include "tests/replica_play.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr ReplicaLimits roomy{8, 64, 4, 1000, true};

const FakeStepModel model;

}  // namespace

TEST_CASE("replica: one request") {
  // Prefill 1000 + 100; decodes attend 101 and 102 tokens: 1101, 1102.
  Bench bench({8, 128, 4, 1000, true}, model);
  bench.play({{at_us(0), 100, 3}});
  REQUIRE(bench.of(0).first_token == at_us(1100));
  REQUIRE(bench.of(0).end == at_us(1100 + 1101 + 1102));
  REQUIRE(bench.diary.steps == 3);
  REQUIRE(bench.events == 3);  // arrival, end of the prefill, end of all decodes
  REQUIRE(bench.diary.prefill_charge == us(1100));
  REQUIRE(bench.diary.decode_charge == us(2203));
  // Attended tokens x time: 100 x 1.1 ms + 101 x 1.101 ms + 102 x 1.102 ms.
  REQUIRE(bench.diary.cached_token_seconds == Approx(0.11 + 0.111201 + 0.112404));
  REQUIRE(bench.replica.kv_blocks_used(Instant()) == 0);
  REQUIRE_FALSE(bench.replica.busy());
}

TEST_CASE("replica: a one-token answer ends with its prefill") {
  Bench bench(roomy, model);
  bench.play({{at_us(0), 10, 1}});
  REQUIRE(bench.of(0).first_token == at_us(1010));
  REQUIRE(bench.of(0).end == at_us(1010));
  REQUIRE(bench.replica.kv_blocks_used(Instant()) == 0);
}

TEST_CASE("replica: a prompt over the token budget is cut into chunks") {
  // 64 tokens: 1064; 36 after 64: 1000 + 36 + 64.
  Bench bench(roomy, model);
  bench.play({{at_us(0), 100, 1}});
  REQUIRE(bench.of(0).first_token == at_us(1064 + 1100));
}

TEST_CASE("replica: the chunk of the next prompt fills the rest of the budget") {
  // Step 1: 40 of A, 24 of B = 1064. Step 2: decode A (41), 16 of B after 24 = 1000 + 41 + 40.
  Bench bench(roomy, model);
  bench.play({{at_us(0), 40, 2}, {at_us(0), 40, 1}});
  REQUIRE(bench.of(0).first_token == at_us(1064));
  REQUIRE(bench.of(0).end == at_us(1064 + 1081));
  REQUIRE(bench.of(1).first_token == at_us(1064 + 1081));
}

TEST_CASE("replica: a mixed step, and what it charges") {
  // A alone: 1010. B arrives meanwhile. Mixed: A attends 11, B prefills 20: 1031, at 2041.
  // Decodes 12 + 21: 1033, B ends at 3074. A alone: 1013, 1014.
  Bench bench(roomy, model);
  bench.play({{at_us(0), 10, 5}, {at_us(500), 20, 2}});
  REQUIRE(bench.of(0).first_token == at_us(1010));
  REQUIRE(bench.of(1).first_token == at_us(2041));
  REQUIRE(bench.of(1).end == at_us(3074));
  REQUIRE(bench.of(0).end == at_us(3074 + 1013 + 1014));
  REQUIRE(bench.diary.mixed_steps == 1);
  // The prefill alone would take 1020, the decode alone 1011.
  const auto& mixed = bench.diary.records[1];
  REQUIRE(mixed.prefill_charge.seconds() == Approx(1031e-6 * 1020 / 2031));
  REQUIRE(mixed.prefill_charge + mixed.decode_charge == us(1031));
  REQUIRE(bench.diary.time == us(5101));
}

TEST_CASE("replica: sequences beyond max_num_seqs wait") {
  // A: 1010 and 1011. B's prefill starts at 2021.
  Bench bench({1, 64, 4, 1000, true}, model);
  bench.play({{at_us(0), 10, 2}, {at_us(0), 10, 1}});
  REQUIRE(bench.of(0).end == at_us(2021));
  REQUIRE(bench.of(1).first_token == at_us(3031));
}

TEST_CASE("replica: an arrival at a step boundary is seen by the next step") {
  // A: prefill to 1010, decodes end at 2021 and 3033. B arrives at 2021: mixed 12 + 20.
  Bench bench(roomy, model);
  bench.play({{at_us(0), 10, 50}, {at_us(2021), 20, 1}});
  REQUIRE(bench.of(1).first_token == at_us(2021 + 1032));
}

TEST_CASE("replica: an arrival a tick after the boundary waits a whole step") {
  Bench bench(roomy, model);
  bench.play({{at_us(0), 10, 50}, {at_us(2021) + ticks(1), 20, 1}});
  REQUIRE(bench.of(1).first_token == at_us(3033 + 1033));
}

TEST_CASE("replica: an arrival at the start of a run of decodes waits for its first step") {
  // The boundary at 1010 has been played before the arrival of the same date is submitted.
  Bench bench(roomy, model);
  bench.submit({at_us(0), 10, 50});
  bench.replica.advance_to(at_us(1010));
  bench.submit({at_us(1010), 20, 1});
  bench.play({});
  REQUIRE(bench.of(1).first_token == at_us(2021 + 1032));
}

TEST_CASE("replica: several arrivals of one date share a step") {
  // 10 + 20 + 30 tokens: 1060.
  Bench bench(roomy, model);
  bench.play({{at_us(5), 10, 1}, {at_us(5), 20, 1}, {at_us(5), 30, 1}});
  for (std::uint64_t i = 0; i < 3; ++i) {
    REQUIRE(bench.of(i).first_token == at_us(5 + 1060));
  }
  REQUIRE(bench.diary.finish_order == std::vector<std::uint64_t>{0, 1, 2});
}

TEST_CASE("replica: without chunked prefill a prompt waits for the whole budget") {
  // Budget 64: A takes 40, B's 40 do not fit into the rest. Step 1: 1040. Step 2: decode A (41)
  // leaves 63: B's 40 fit: 1000 + 41 + 40.
  Bench bench({8, 64, 4, 1000, false}, model);
  bench.play({{at_us(0), 40, 2}, {at_us(0), 40, 1}});
  REQUIRE(bench.of(0).first_token == at_us(1040));
  REQUIRE(bench.of(1).first_token == at_us(1040 + 1081));
}

TEST_CASE("replica: requests at a held replica wait until it is available") {
  Bench bench(roomy, model);
  bench.replica.hold();
  bench.submit({at_us(10), 10, 1});
  REQUIRE_FALSE(bench.replica.next_event());
  REQUIRE(bench.replica.waiting() == 1);
  bench.replica.make_available(at_us(700));
  bench.play({{at_us(700), 20, 1}});
  REQUIRE(bench.of(0).first_token == at_us(700 + 1030));
  REQUIRE(bench.of(1).first_token == at_us(700 + 1030));
}

TEST_CASE("replica: a held replica without requests stays idle") {
  Bench bench(roomy, model);
  bench.replica.hold();
  bench.replica.make_available(at_us(700));
  REQUIRE_FALSE(bench.replica.next_event());
}

TEST_CASE("replica: a request is counted as waiting or running at all times") {
  Bench bench(roomy, model);
  bench.submit({at_us(0), 100, 2});
  REQUIRE(bench.replica.waiting() + bench.replica.running() == 1);
  bench.replica.advance_to(at_us(0));  // the first chunk is under way
  REQUIRE(bench.replica.waiting() + bench.replica.running() == 1);
  bench.replica.advance_to(at_us(1064));  // the second chunk
  REQUIRE(bench.replica.waiting() + bench.replica.running() == 1);
  bench.replica.advance_to(at_us(2164));  // decoding
  REQUIRE(bench.replica.waiting() + bench.replica.running() == 1);
  bench.replica.advance_to(at_us(10'000));
  REQUIRE(bench.replica.waiting() + bench.replica.running() == 0);
}
