// SPDX-License-Identifier: Apache-2.0
#include "sim/core/progression.hpp"

#include "sim/core/random.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

Duration ticks(Int128 n) { return Duration::from_ticks(n); }

/// One step at a time.
std::int64_t steps_within_by_loop(const Progression& run, Duration elapsed) {
  std::int64_t steps = 0;
  for (auto end = run.first; end <= elapsed; end += run.step(steps)) {
    ++steps;
  }
  return steps;
}

}  // namespace

TEST_CASE("progression: sums by hand") {
  // 10, 13, 16, 19: sums 10, 23, 39, 58.
  const Progression run{ticks(10), ticks(3)};
  REQUIRE(run.sum(0) == ticks(0));
  REQUIRE(run.sum(1) == ticks(10));
  REQUIRE(run.sum(2) == ticks(23));
  REQUIRE(run.sum(3) == ticks(39));
  REQUIRE(run.sum(4) == ticks(58));
  REQUIRE(run.step(3) == ticks(19));
}

TEST_CASE("progression: whole steps at, just before and just after a boundary") {
  const Progression run{ticks(10), ticks(3)};
  for (std::int64_t k = 1; k <= 4; ++k) {
    REQUIRE(run.steps_within(run.sum(k) - ticks(1)) == k - 1);
    REQUIRE(run.steps_within(run.sum(k)) == k);
    REQUIRE(run.steps_within(run.sum(k) + ticks(1)) == k);
    REQUIRE(run.steps_reaching(run.sum(k) - ticks(1)) == k);
    REQUIRE(run.steps_reaching(run.sum(k)) == k);
    REQUIRE(run.steps_reaching(run.sum(k) + ticks(1)) == k + 1);
  }
  REQUIRE(run.steps_within(ticks(0)) == 0);
  REQUIRE(run.steps_within(ticks(-5)) == 0);
  REQUIRE(run.steps_reaching(ticks(0)) == 0);
}

TEST_CASE("progression: without growth it is a division") {
  const Progression run{ticks(7), ticks(0)};
  for (std::int64_t elapsed = 0; elapsed < 100; ++elapsed) {
    REQUIRE(run.steps_within(ticks(elapsed)) == elapsed / 7);
    REQUIRE(run.steps_reaching(ticks(elapsed)) == (elapsed + 6) / 7);
  }
}

TEST_CASE("progression: a year of steps is exact to the tick") {
  // 20 ms + 0.1 us per step: the 25.1 million-th step ends after about a year, 3.2e22 ticks, where
  // a double is only good to 4e6 ticks.
  const Progression run{ticks(Int128{20} * 1'000'000'000'000), ticks(100'000'000)};
  for (const std::int64_t k : {25'100'000LL, 400'000'000LL, 1'000'000'000LL}) {
    REQUIRE(run.steps_within(run.sum(k) - ticks(1)) == k - 1);
    REQUIRE(run.steps_within(run.sum(k)) == k);
    REQUIRE(run.steps_reaching(run.sum(k) + ticks(1)) == k + 1);
  }
  // One tick and one more each step: k (k + 1) / 2 = 5e17 at k = 1e9 - 1 and a bit.
  const Progression slow{ticks(1), ticks(1)};
  const std::int64_t k = 999'999'999;
  REQUIRE(slow.sum(k) == ticks(Int128{k} * (k + 1) / 2));
  REQUIRE(slow.steps_within(slow.sum(k)) == k);
  REQUIRE(slow.steps_within(slow.sum(k) - ticks(1)) == k - 1);
}

TEST_CASE("progression: agrees with a loop on random runs") {
  RandomStream random(1, 0, "progression", "cases");
  for (int i = 0; i < 20'000; ++i) {
    const Progression run{ticks(1 + static_cast<Int128>(random.next_u64() % 1000)),
                          ticks(static_cast<Int128>(random.next_u64() % (i % 3 == 0 ? 1 : 50)))};
    const auto elapsed = ticks(static_cast<Int128>(random.next_u64() % 5000));
    const auto expected = steps_within_by_loop(run, elapsed);
    REQUIRE(run.steps_within(elapsed) == expected);
    REQUIRE(run.steps_reaching(elapsed) == expected + (run.sum(expected) == elapsed ? 0 : 1));
  }
}
