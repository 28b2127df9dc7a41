// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/metrics/prediction_band.hpp"
#include "sim/report/read_report.hpp"
#include "sim/report/replications_section.hpp"
#include "sim/report/validation_section.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

using Json = nlohmann::ordered_json;

/// A report as far as replications read it.
std::string report_of(int seed, const Json& metrics, bool holds) {
  const Json report{{"schema_version", 1},
                    {"stamp", {{"seed", seed}}},
                    {"metrics", metrics},
                    {"services", {{"chat", metrics}}},
                    {"asserts", {{{"expression", "a < 1"}, {"holds", holds}}}}};
  return report.dump(2) + "\n";
}

}  // namespace

TEST_CASE("replications: seeds of runs differ, repeat, and fit every JSON reader") {
  std::set<std::int64_t> seeds;
  for (const std::int64_t scenario_seed : {0, 1, 2}) {
    REQUIRE(replication_seed(scenario_seed, 0) == scenario_seed);
    for (int run = 1; run < 200; ++run) {
      const auto seed = replication_seed(scenario_seed, run);
      REQUIRE(seed == replication_seed(scenario_seed, run));
      REQUIRE(seed >= 0);
      REQUIRE(seed < std::int64_t{1} << 53);
      seeds.insert(seed);
    }
  }
  REQUIRE(seeds.size() == 3 * 199);
}

TEST_CASE("replications: intervals of two runs by hand") {
  // 1 and 3: mean 2, s = sqrt 2, standard error 1, t(1) = 12.706; b is in the second run only.
  const auto first = report_of(1, {{"a", 1}}, true);
  const auto second = report_of(7, {{"a", 3}, {"b", 5}}, false);
  const std::vector<std::string> parts{replication_part(first), replication_part(second)};
  const auto text = replicated_report(first, parts);
  const auto section = Json::parse(text)["replications"];
  REQUIRE(section["count"] == 2);
  REQUIRE(section["seeds"] == Json({1, 7}));
  const auto& a = section["metrics"]["a"];
  REQUIRE(a["mean"] == 2);
  REQUIRE(a["half_width_95"].get<double>() == Approx(12.7062047362));
  REQUIRE(a["min"] == 1);
  REQUIRE(a["max"] == 3);
  REQUIRE_FALSE(a.contains("runs"));
  REQUIRE(section["metrics"]["b"]["runs"] == 1);
  REQUIRE(section["metrics"]["b"]["half_width_95"] == 0);
  REQUIRE(section["services"]["chat"]["a"] == a);
  REQUIRE(section["asserts"][0]["held"] == 1);
  REQUIRE(section["varies"] == true);
  REQUIRE_FALSE(holds_in_all(parts));
  REQUIRE(holds_in_all({parts.front()}));
  REQUIRE(replications_table(text).find("a < 1: holds in 1 of 2 runs") != std::string::npos);
  // What else is in the report stays as it is, and readers of reports do not mind the section.
  auto without = Json::parse(text);
  without.erase("replications");
  REQUIRE(without.dump(2) + "\n" == first);
  REQUIRE(flat_report(text, "r") == flat_report(first, "r"));
}

TEST_CASE("replications: what a report holds") {
  const auto first = report_of(1, {{"a", 1}}, true);
  REQUIRE(replications_of(first) == 1);
  REQUIRE(replications_of(
              replicated_report(first, {replication_part(first), replication_part(first)})) == 2);
  REQUIRE(replications_of("[]") == 1);
  REQUIRE(replications_of("no JSON") == 1);
  REQUIRE(replications_of(R"({"replications": 3})") == 1);
  REQUIRE(replications_of(R"({"replications": {"count": "3"}})") == 1);
}

TEST_CASE("validation section: pools of which the same is said share a line") {
  PredictionBand band;
  band.service = "chat";
  band.quantity = "tpot";
  band.reason = "nobody knows";
  std::vector<PredictionBand> bands;
  for (const auto* pool : {"a", "b", "c"}) {
    band.pool = pool;
    bands.push_back(band);
  }
  bands[2].status = BandStatus::Validated;
  bands[2].median_pct = 4.04;
  bands[2].p90_pct = 12.3;
  bands[2].rows = 106;
  bands[2].basis = "h100-sxm vllm fp8";
  bands[2].reason = "";
  TextTable table;
  add_validation(table, bands);
  const auto text = table.take();
  REQUIRE(text.find("chat (2 pools): not validated here (nobody knows)") != std::string::npos);
  REQUIRE(text.find("chat/c: +-4.0 % (median of 106 points, h100-sxm vllm fp8), p90 12 %") !=
          std::string::npos);
  const auto json = validation_json(bands);
  REQUIRE(json.size() == 3);
  REQUIRE_FALSE(json[0].contains("band_median_pct"));
  REQUIRE(json[2]["status"] == "validated");
  REQUIRE(json[2]["band_median_pct"] == 4.04);
  TextTable empty;
  add_validation(empty, {});
  REQUIRE(empty.take().empty());
}
