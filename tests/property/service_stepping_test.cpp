// SPDX-License-Identifier: Apache-2.0
// Serving fleets with all that happens in them: many steps per event against every step an event,
// on every metric, and nobody is lost. Every ledger is closed by CHECKs in the run itself.
#include <cstdlib>
#include <map>
#include <sstream>
#include <vector>

#include "tests/property/random_service.hpp"
#include "tests/property/scenario_runs.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

struct Coverage {
  int caching = 0;
  int loading = 0;  // from a tier
  int moving = 0;   // KV caches between pools
  int preempting = 0;
  int rejecting = 0;
  int retrying = 0;
  int failing = 0;
  int scaling = 0;
  int jumping = 0;
};

std::string all_differences(const Node& a, const Node& b, double tolerance) {
  std::string told;
  for (const auto* group :
       {"/metrics", "/services", "/pools", "/sites", "/clusters", "/applications", "/tenants",
        "/tiers", "/cost_ledger", "/energy_ledger"}) {
    told += differences(*find_pointer(a, group), *find_pointer(b, group), tolerance, group);
  }
  return told;
}

/// The first line that is not the same, of both.
std::string first_difference(const std::string& a, const std::string& b) {
  std::istringstream lines_a(a);
  std::istringstream lines_b(b);
  std::string line_a;
  std::string line_b;
  while (true) {
    const bool more_a = static_cast<bool>(std::getline(lines_a, line_a));
    const bool more_b = static_cast<bool>(std::getline(lines_b, line_b));
    if (!more_a && !more_b) {
      return "";
    }
    if (more_a != more_b || line_a != line_b) {
      return line_a + " and " + line_b;
    }
  }
}

/// Each request has one row, and one end.
void require_nobody_lost(const Played& played) {
  std::istringstream lines(played.requests);
  std::string line;
  double rows = -1;  // the heading
  while (std::getline(lines, line)) {
    ++rows;
  }
  double ended = 0;
  for (const auto* status : {"completed", "rejected", "failed", "in_flight"}) {
    ended += played.metric(std::string("/metrics/requests_") + status);
  }
  REQUIRE(rows == ended);
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, ',');) {
    fields.push_back(field);
  }
  return fields;
}

/// The same rows, dates within what SimGrid tells apart.
void require_close_ends(const std::string& fast, const std::string& slow) {
  std::istringstream a(fast);
  std::istringstream b(slow);
  std::map<std::string, std::vector<std::string>> rows;
  for (std::string line; std::getline(a, line);) {
    const auto fields = fields_of(line);
    rows[fields[0]] = fields;
  }
  for (std::string line; std::getline(b, line);) {
    const auto fields = fields_of(line);
    const auto& other = rows.at(fields[0]);
    REQUIRE(other.size() == fields.size());
    for (std::size_t i = 1; i < fields.size(); ++i) {
      if (fields[i] != other[i]) {
        INFO(line);
        REQUIRE(std::stod(fields[i]) == Approx(std::stod(other[i])).margin(2e-9).epsilon(0));
      }
    }
    rows.erase(fields[0]);
  }
  REQUIRE(rows.empty());
}

bool is_positive(const Played& played, const std::string& name) {
  return played.metric("/metrics/" + name) > 0;
}

void compare(std::uint64_t seed, Coverage& coverage) {
  const RandomService scenario(seed);
  INFO(scenario.text("request"));
  const auto fast = play(scenario.text("request"));
  const auto slow = play(scenario.text("iteration"));
  REQUIRE(first_difference(fast.requests, slow.requests) == "");
  REQUIRE(row_difference(fast.events, slow.events) == "");
  REQUIRE(all_differences(fast.report, slow.report, 1e-9) == "");
  REQUIRE(fast.metric("/run/steps") == slow.metric("/run/steps"));
  require_nobody_lost(fast);
  REQUIRE(!(fast.metric("/metrics/cached_input_tokens") > fast.metric("/metrics/input_tokens")));
  coverage.caching += is_positive(fast, "cached_input_tokens") ? 1 : 0;
  coverage.loading +=
      scenario.has_tiers() && fast.report_text.find("tier_hit_tokens") != std::string::npos;
  coverage.moving += is_positive(fast, "kv_transfer_bytes") ? 1 : 0;
  coverage.preempting += is_positive(fast, "preemptions") ? 1 : 0;
  coverage.rejecting += is_positive(fast, "requests_rejected") ? 1 : 0;
  coverage.retrying += is_positive(fast, "requests_retried") ? 1 : 0;
  coverage.failing += is_positive(fast, "requests_failed") ? 1 : 0;
  coverage.scaling += is_positive(fast, "cold_starts") ? 1 : 0;
  coverage.jumping += 2 * fast.metric("/run/events") < slow.metric("/run/events") ? 1 : 0;
}

/// TOKENFAB_SEEDS=FIRST:COUNT plays others than the suite keeps.
std::pair<std::uint64_t, std::uint64_t> seeds(std::uint64_t first, std::uint64_t count) {
  if (const char* wanted = std::getenv("TOKENFAB_SEEDS")) {
    const std::string text = wanted;
    return {std::stoull(text), std::stoull(text.substr(text.find(':') + 1))};
  }
  return {first, count};
}

void compare_many(std::uint64_t from, std::uint64_t number) {
  Coverage coverage;
  const auto [first, count] = seeds(from, number);
  for (auto seed = first; seed < first + count; ++seed) {
    compare(seed, coverage);
  }
  CAPTURE(coverage.caching, coverage.loading, coverage.moving, coverage.preempting,
          coverage.rejecting, coverage.retrying, coverage.failing, coverage.scaling,
          coverage.jumping);
  REQUIRE(coverage.caching > 15);
  REQUIRE(coverage.loading > 3);
  REQUIRE(coverage.moving > 10);
  REQUIRE(coverage.preempting > 5);
  REQUIRE(coverage.rejecting > 15);
  REQUIRE(coverage.retrying > 0);
  REQUIRE(coverage.scaling > 15);
  REQUIRE(coverage.jumping > 20);
}

}  // namespace

// Two cases, so that they may run side by side.
TEST_CASE("service stepping: jumps equal single steps, first fleets") { compare_many(1, 50); }
TEST_CASE("service stepping: jumps equal single steps, second fleets") { compare_many(1001, 50); }

TEST_CASE("service stepping: the same twice gives the same bytes") {
  for (std::uint64_t seed = 501; seed <= 510; ++seed) {
    const auto text = RandomService(seed).text("request", "flow");
    const auto first = play(text);
    const auto second = play(text);
    REQUIRE(first.report_text == second.report_text);
    REQUIRE(first.requests == second.requests);
    REQUIRE(first.events == second.events);
  }
}

TEST_CASE("service stepping: KV caches as flows that share links") {
  int moving = 0;
  const auto [first, count] = seeds(2001, 60);
  for (auto seed = first; seed < first + count; ++seed) {
    const RandomService scenario(seed);
    if (!scenario.is_disaggregated()) {
      continue;
    }
    INFO(scenario.text("request", "flow"));
    const auto fast = play(scenario.text("request", "flow"));
    const auto slow = play(scenario.text("iteration", "flow"));
    require_nobody_lost(fast);
    require_close_ends(fast.requests, slow.requests);
    REQUIRE(all_differences(fast.report, slow.report, 1e-6) == "");
    moving += is_positive(fast, "kv_transfer_bytes") ? 1 : 0;
  }
  REQUIRE(moving > 10);
}
