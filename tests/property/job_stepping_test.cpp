// SPDX-License-Identifier: Apache-2.0
// Factories with all that happens to their jobs: many steps per event against every step an event,
// on every metric and every job. That chip time and energy are whole, that jobs run on nodes they
// may have, and that costs are charged in full are CHECKs of the run itself.
#include <cstdlib>
#include <sstream>
#include <vector>

#include "tests/property/random_jobs.hpp"
#include "tests/property/scenario_runs.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

std::vector<std::vector<std::string>> rows_of(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    auto& row = rows.emplace_back();
    std::istringstream fields(line);
    for (std::string field; std::getline(fields, field, ',');) {
      row.push_back(field);
    }
  }
  return rows;
}

bool is_same(const std::string& a, const std::string& b) {
  if (a == b) {
    return true;
  }
  // Dates of flows are SimGrid's, which keeps them as binary fractions of a second.
  char* end_a = nullptr;
  char* end_b = nullptr;
  const double x = std::strtod(a.c_str(), &end_a);
  const double y = std::strtod(b.c_str(), &end_b);
  return !a.empty() && !b.empty() && *end_a == '\0' && *end_b == '\0' && std::abs(x - y) < 1e-6;
}

std::string job_differences(const std::string& a, const std::string& b) {
  const auto rows_a = rows_of(a);
  const auto rows_b = rows_of(b);
  if (rows_a.size() != rows_b.size()) {
    return fmt::format("{} and {} rows", rows_a.size(), rows_b.size());
  }
  for (std::size_t i = 0; i < rows_a.size(); ++i) {
    const bool is_alike =
        std::equal(rows_a[i].begin(), rows_a[i].end(), rows_b[i].begin(), rows_b[i].end(), is_same);
    if (!is_alike) {
      return fmt::format("{} and {}", fmt::join(rows_a[i], ","), fmt::join(rows_b[i], ","));
    }
  }
  return "";
}

std::string report_differences(const Node& a, const Node& b) {
  std::string told;
  for (const auto* group : {"/metrics", "/services", "/pools", "/sites", "/clusters", "/jobs",
                            "/applications", "/cost_ledger", "/energy_ledger"}) {
    const auto* one = find_pointer(a, group);
    const auto* other = find_pointer(b, group);
    if (one != nullptr && other != nullptr) {
      told += differences(*one, *other, 1e-9, group, 1e-9);
    } else if (one != other) {
      told += std::string(group) + ": missing\n";
    }
  }
  return told;
}

std::string with_all_events(std::string text) {
  return text.insert(text.find("\"stepping\""), R"("output": {"events": true}, )");
}

double number_of(const Node& node) {
  return node.kind == NodeKind::Integer ? static_cast<double>(node.integer) : node.number;
}

double sum_of(const Played& played, const std::string& group, const std::string& metric) {
  double sum = 0;
  const auto* node = find_pointer(played.report, group);
  if (node != nullptr) {
    for (const auto& [key, mark, value] : node->members) {
      const auto* part = value.find(metric);
      sum += part == nullptr ? 0 : number_of(*part);
    }
  }
  return sum;
}

struct Coverage {
  int completing = 0;
  int losing = 0;
  int interrupted = 0;
  int preempting = 0;
  int rejecting = 0;
  int sparing = 0;
  int waiting = 0;
  int jumping = 0;
};

void check_laws(const Played& played) {
  const auto metric = [&](const std::string& name) {
    const double value = played.metric("/metrics/" + name);
    return std::isnan(value) ? 0 : value;
  };
  // Every job has one row and one end.
  const auto rows = static_cast<double>(rows_of(played.jobs).size()) - 1;
  REQUIRE(rows == metric("jobs_completed") + metric("jobs_rejected") + metric("jobs_running") +
                      metric("jobs_waiting"));
  double interruptions = 0;
  double preemptions = 0;
  for (const auto& row : rows_of(played.jobs)) {
    interruptions += row[0] == "job" ? 0 : std::stod(row[10]);
    preemptions += row[0] == "job" ? 0 : std::stod(row[11]);
  }
  REQUIRE(interruptions == metric("interruptions"));
  REQUIRE(preemptions == metric("job_preemptions"));
  // Jobs and services bear all costs, energy and carbon, but of clusters where no job ever ran.
  bool has_idle_cluster = false;
  for (const auto& [key, mark, cluster] : find_pointer(played.report, "/clusters")->members) {
    const auto* useful = cluster.find("chip_time_useful_s");
    const auto* utilization = cluster.find("job_chip_utilization");
    has_idle_cluster =
        has_idle_cluster ||
        (useful != nullptr && (utilization == nullptr || number_of(*utilization) == 0));
  }
  for (const auto* what : {"cost_total_usd", "energy_site_j", "carbon_kg"}) {
    const double whole = metric(what);
    const double parts = sum_of(played, "/jobs", what) + sum_of(played, "/pools", what);
    INFO(what);
    if (has_idle_cluster) {
      REQUIRE(parts <= whole * (1 + 1e-9));
    } else {
      REQUIRE(parts == Approx(whole).epsilon(1e-9));
    }
  }
  for (const auto* what : {"useful", "lost", "checkpointing", "restarting", "waiting", "spare"}) {
    const auto name = std::string("chip_time_") + what + "_s";
    const double of_clusters = sum_of(played, "/clusters", name);
    INFO(name);
    REQUIRE(of_clusters >= 0);
    REQUIRE(sum_of(played, "/jobs", name) == Approx(of_clusters).epsilon(1e-9).margin(1e-6));
  }
}

void compare(std::uint64_t seed, Coverage& coverage) {
  const RandomJobs scenario(seed);
  INFO(scenario.text("request"));
  const auto fast = play(with_all_events(scenario.text("request")));
  const auto slow = play(with_all_events(scenario.text("iteration")));
  REQUIRE(job_differences(fast.jobs, slow.jobs) == "");
  REQUIRE(job_differences(fast.events, slow.events) == "");
  REQUIRE(report_differences(fast.report, slow.report) == "");
  check_laws(fast);
  if (scenario.ends_by_itself()) {
    REQUIRE(!(fast.metric("/metrics/jobs_running") > 0));
    REQUIRE(!(fast.metric("/metrics/jobs_waiting") > 0));
  }
  const auto has = [&](const std::string& name) {
    return fast.metric("/metrics/" + name) > 0 ? 1 : 0;
  };
  coverage.completing += has("jobs_completed");
  coverage.losing += sum_of(fast, "/jobs", "chip_time_lost_s") > 0 ? 1 : 0;
  coverage.interrupted += has("interruptions");
  coverage.preempting += has("job_preemptions");
  coverage.rejecting += has("jobs_rejected");
  coverage.sparing += sum_of(fast, "/jobs", "chip_time_spare_s") > 0 ? 1 : 0;
  coverage.waiting += sum_of(fast, "/jobs", "chip_time_waiting_s") > 0 ? 1 : 0;
  coverage.jumping += 2 * fast.metric("/run/events") < slow.metric("/run/events") ? 1 : 0;
}

}  // namespace

TEST_CASE("job stepping: jumps equal single steps, and all laws hold") {
  Coverage coverage;
  std::uint64_t first = 1;
  std::uint64_t count = 40;
  if (const char* wanted = std::getenv("TOKENFAB_SEEDS")) {
    const std::string text = wanted;
    first = std::stoull(text);
    count = std::stoull(text.substr(text.find(':') + 1));
  }
  for (auto seed = first; seed < first + count; ++seed) {
    compare(seed, coverage);
  }
  CAPTURE(coverage.completing, coverage.losing, coverage.interrupted, coverage.preempting,
          coverage.rejecting, coverage.sparing, coverage.waiting, coverage.jumping);
  REQUIRE(coverage.completing > 5);
  REQUIRE(coverage.losing > 5);
  REQUIRE(coverage.interrupted > 5);
  REQUIRE(coverage.preempting > 2);
  REQUIRE(coverage.rejecting > 0);
  REQUIRE(coverage.sparing > 2);
  REQUIRE(coverage.waiting > 0);
  REQUIRE(coverage.jumping > 5);
}
