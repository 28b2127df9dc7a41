// SPDX-License-Identifier: Apache-2.0
// Scenarios beyond dense models and one queue: jumps against single steps on every metric.
#include <sstream>
#include <vector>

#include "tests/property/random_architecture.hpp"
#include "tests/property/scenario_runs.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

struct Coverage {
  int preempting = 0;
  int prioritized = 0;  // preempting under the priority policy
  int crossing = 0;     // a window fills in a run of many steps
  int holding = 0;      // preempting with states or windows beside the tokens
  int spread = 0;
  int staged = 0;
  int jumping = 0;
};

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, ',');) {
    fields.push_back(field);
  }
  return fields;
}

/// Whether a completed request's context began below `cap` and grew beyond it.
bool crosses(const std::string& rows, std::int64_t cap) {
  std::istringstream stream(rows);
  std::string line;
  std::getline(stream, line);
  const auto names = fields_of(line);
  const auto column = [&](const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    REQUIRE(found != names.end());
    return static_cast<std::size_t>(found - names.begin());
  };
  const auto input = column("input_tokens");
  const auto output = column("output_tokens");
  while (std::getline(stream, line)) {
    const auto fields = fields_of(line);
    const auto before = std::stol(fields[input]);
    if (line.find("completed") != std::string::npos && before < cap &&
        before + std::stol(fields[output]) > cap + 1) {
      return true;
    }
  }
  return false;
}

void compare(std::uint64_t seed, Coverage& coverage) {
  const RandomArchitecture scenario(seed);
  INFO(scenario.text("request") << "\n" << scenario.trace);
  const auto fast = play(scenario.text("request"), scenario.trace);
  const auto slow = play(scenario.text("iteration"), scenario.trace);
  std::string told = fast.requests == slow.requests ? "" : "the request rows differ\n";
  for (const auto* group :
       {"/metrics", "/services", "/pools", "/sites", "/clusters", "/applications", "/tenants",
        "/tiers", "/cost_ledger", "/energy_ledger"}) {
    told += differences(*find_pointer(fast.report, group), *find_pointer(slow.report, group), 1e-9,
                        group);
  }
  REQUIRE(told == "");
  REQUIRE(fast.metric("/run/steps") == slow.metric("/run/steps"));
  REQUIRE(fast.metric("/metrics/requests_completed") > 0);
  const bool preempts = fast.metric("/metrics/preemptions") > 0;
  const bool jumps = 2 * fast.metric("/run/events") < slow.metric("/run/events");
  coverage.preempting += preempts ? 1 : 0;
  coverage.prioritized += preempts && scenario.has_priorities ? 1 : 0;
  coverage.holding += preempts && scenario.sequence_blocks > 0 ? 1 : 0;
  coverage.crossing += jumps && scenario.cap && crosses(fast.requests, *scenario.cap) ? 1 : 0;
  coverage.spread += scenario.is_spread ? 1 : 0;
  coverage.staged += scenario.is_staged ? 1 : 0;
  coverage.jumping += jumps ? 1 : 0;
}

void compare_many(std::uint64_t first, std::uint64_t count) {
  Coverage coverage;
  for (auto seed = first; seed < first + count; ++seed) {
    compare(seed, coverage);
  }
  CAPTURE(coverage.preempting, coverage.prioritized, coverage.holding, coverage.crossing,
          coverage.spread, coverage.staged, coverage.jumping);
  REQUIRE(coverage.preempting > 5);
  REQUIRE(coverage.prioritized > 2);
  REQUIRE(coverage.holding > 1);
  REQUIRE(coverage.crossing > 2);
  REQUIRE(coverage.spread > 2);
  REQUIRE(coverage.staged > 5);
  REQUIRE(coverage.jumping > 8);
}

}  // namespace

TEST_CASE("stepping: jumps equal single steps, first architectures") { compare_many(1, 30); }
TEST_CASE("stepping: jumps equal single steps, second architectures") { compare_many(1001, 30); }
