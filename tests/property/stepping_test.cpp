// SPDX-License-Identifier: Apache-2.0
// Whole scenarios: many steps per event against every step an event, on every metric.
#include "tests/property/random_scenario.hpp"
#include "tests/property/scenario_runs.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

struct Coverage {
  int preempting = 0;
  int mixing = 0;
  int rejecting = 0;
  int cut = 0;
  int jumping = 0;
};

void compare(std::uint64_t seed, Coverage& coverage) {
  const auto scenario = random_scenario(seed);
  INFO(scenario.text("request"));
  const auto fast = play(scenario.text("request"));
  const auto slow = play(scenario.text("iteration"));
  std::string told = fast.requests == slow.requests ? "" : "the request rows differ\n";
  for (const auto* group :
       {"/metrics", "/services", "/pools", "/sites", "/clusters", "/applications", "/tenants",
        "/tiers", "/cost_ledger", "/energy_ledger"}) {
    told += differences(*find_pointer(fast.report, group), *find_pointer(slow.report, group), 1e-9,
                        group);
  }
  REQUIRE(told == "");
  REQUIRE(fast.metric("/run/steps") == slow.metric("/run/steps"));
  const bool preempts = fast.metric("/metrics/preemptions") > 0;
  coverage.preempting += preempts ? 1 : 0;
  // Without preemptions a gap far from the median means that prefills shared a step with decodes.
  coverage.mixing +=
      !preempts && fast.metric("/metrics/itl_p99_s") > 1.2 * fast.metric("/metrics/itl_p50_s");
  coverage.rejecting += fast.metric("/metrics/requests_rejected") > 0 ? 1 : 0;
  coverage.cut += fast.metric("/metrics/requests_in_flight") > 0 ? 1 : 0;
  coverage.jumping += 2 * fast.metric("/run/events") < slow.metric("/run/events") ? 1 : 0;
}

void compare_many(std::uint64_t first, std::uint64_t count) {
  Coverage coverage;
  for (auto seed = first; seed < first + count; ++seed) {
    compare(seed, coverage);
  }
  REQUIRE(coverage.preempting > 10);
  REQUIRE(coverage.mixing > 5);
  REQUIRE(coverage.rejecting > 0);
  REQUIRE(coverage.cut > 0);
  REQUIRE(coverage.jumping > 20);
}

}  // namespace

// Four cases, so that they may run side by side.
TEST_CASE("stepping: jumps equal single steps, first scenarios") { compare_many(1, 60); }
TEST_CASE("stepping: jumps equal single steps, second scenarios") { compare_many(1001, 60); }
TEST_CASE("stepping: jumps equal single steps, third scenarios") { compare_many(2001, 60); }
TEST_CASE("stepping: jumps equal single steps, fourth scenarios") { compare_many(3001, 60); }
