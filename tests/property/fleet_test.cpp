// SPDX-License-Identifier: Apache-2.0
// Rows of fleet.csv against the ledgers of the run: the means of a pool's groups over all intervals
// give its busy time and its energy.
#include <fmt/format.h>

#include <map>
#include <sstream>

#include "tests/property/given_load.hpp"
#include "tests/property/random_jobs.hpp"
#include "tests/property/random_service.hpp"
#include "tests/property/scenario_runs.hpp"
#include "tests/render_scenario.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

/// Sums rows by place and pool.
struct FleetSums : FleetSink, SeriesSink {
  struct Pool {
    double busy_s = 0;
    double energy_j = 0;
  };
  void series(const SeriesRecord&) override {}
  void fleet(const FleetRecord& row) override {
    const auto place = fmt::format("{} {} {}", row.site, row.cluster, row.pool);
    auto& end = ends[place];
    if (row.group == 0) {
      end = {end.second, row.end.seconds()};
    }
    const double span = end.second - end.first;
    pools[place].busy_s += row.busy * row.units * span;
    pools[place].energy_j += row.power_w * span;
    ++rows;
    is_sound = is_sound && row.busy >= -1e-9 && row.busy <= 1 + 1e-9 && row.power_w >= -1e-6 &&
               row.kv_usage.value_or(0) >= 0 && row.kv_usage.value_or(0) <= 1 && row.group < 64;
  }

  std::map<std::string, Pool> pools;
  std::map<std::string, std::pair<double, double>> ends;
  std::size_t rows = 0;
  bool is_sound = true;
};

double busy_of(const PoolResult& pool, const RunResult& result) {
  if (!pool.is_jobs) {
    return pool.work.busy.seconds();
  }
  // Of nodes of jobs the chips held; eight of hgx-h100.
  return result.jobs.at(pool.site + "/" + pool.cluster).chip_time.held() / 8;
}

/// What does not add up, a line each; empty: everything.
std::string gaps(const RunResult& result, const FleetSums& sums) {
  std::string told = sums.is_sound ? "" : "a row is not sound\n";
  for (const auto& pool : result.pools) {
    const bool has_own_name = pool.is_jobs || pool.is_given;
    const auto name = has_own_name ? pool.name : pool.service + "/" + pool.name;
    const auto place = fmt::format("{} {} {}", pool.site, pool.cluster, name);
    const auto found = sums.pools.find(place);
    if (found == sums.pools.end()) {
      told += place + ": no rows\n";
      continue;
    }
    const auto check = [&](const char* what, double rows, double ledger) {
      if (std::abs(rows - ledger) > 1e-9 * std::abs(ledger) + 1e-6) {
        told += fmt::format("{}: {} of {} by rows, {} by ledger\n", place, what, rows, ledger);
      }
    };
    check("busy", found->second.busy_s, busy_of(pool, result));
    check("energy", found->second.energy_j, pool.energy_it.si());
  }
  return told;
}

/// Plays it in a child, with a series.
std::string gaps_of(std::string text, const std::string& interval) {
  text.insert(text.find("\"stepping\""), R"("output": {"series": ")" + interval + "\"}, ");
  const auto path = std::filesystem::temp_directory_path() /
                    ("tokenfab-fleet-" + std::to_string(::getpid()) + ".json");
  std::ofstream(path, std::ios::binary) << text;
  const auto played = try_in_child([&] {
    const auto scenario = load_scenario({path.string(), {}, {}, {}, {}});
    FleetSums sums;
    RunOptions options;
    options.series = &sums;
    options.fleet = &sums;
    const auto outcome = simulate(scenario, options);
    return gaps(outcome.result, sums) + (sums.rows == 0 ? "no rows" : "");
  });
  std::filesystem::remove(path);
  return played.succeeded ? played.bytes : played.errors;
}

}  // namespace

TEST_CASE("fleet: groups of replicas add up to their pool, also where it fails and scales") {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    const auto text = RandomService(seed).text("request");
    INFO(text);
    REQUIRE(gaps_of(text, "1 s") == "");
  }
}

TEST_CASE("fleet: blocks of nodes add up to the chips that jobs held") {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    const auto text = RandomJobs(seed).text("request");
    INFO(text);
    REQUIRE(gaps_of(text, "35 min") == "");  // whatever the plant interval
  }
}

TEST_CASE("fleet: images, where nodes fail") {
  for (const auto* seed : {"1", "2", "3", "4"}) {
    RenderScenario scenario;
    scenario.top = fmt::format(
        R"("seed": {}, "horizon": "60 s", "plant_interval": "1 s", "stepping": "request",)", seed);
    scenario.pool = R"("replicas": 5)";
    scenario.load = R"("request_rate": "4 /s")";
    scenario.cluster =
        R"(, "faults": {"model": "exponential", "node_mtbf": "60 s", "repair_time": "4 s"})";
    INFO(scenario.text());
    REQUIRE(gaps_of(scenario.text(), "7 s") == "");
  }
}

TEST_CASE("fleet: a load that is given") {
  GivenLoad load;
  auto text = load.text();
  text.insert(text.find("\"plant_interval\""), R"("stepping": "request", )");
  REQUIRE(gaps_of(text, "10 min") == "");
}
