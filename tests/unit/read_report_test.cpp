// SPDX-License-Identifier: Apache-2.0
#include "sim/report/read_report.hpp"

#include "sim/core/errors.hpp"
#undef CHECK  // ours; Catch2's is meant below

#include <catch2/catch.hpp>

namespace tokenfab {
namespace {

RunResult result() {
  RunResult result;
  result.costs = {
      {"chips", "capital", "a", 3}, {"chips", "capital", "a", 4}, {"energy", "x", "", 1}};
  SiteResult site;
  site.name = "a";
  site.import = Joules(10);
  result.sites.push_back(site);
  return result;
}

Summary summary() {
  Summary summary;
  summary.factory.set("mfu", 0.5);
  summary.pools["chat/main"].set("mfu", 0.25);
  return summary;
}

Stamp stamp() { return {"0.1", "abc", "12", {{"t.csv", "34"}}, 7, "3.32", "12.2"}; }

TEST_CASE("report: read back flat, ledgers by line") {
  const auto flat = flat_report(report_json(stamp(), result(), summary()), "r");
  const FlatReport expected{{"mfu", 0.5},
                            {"pools/chat/main/mfu", 0.25},
                            {"cost/chips/capital/a", 7},
                            {"cost/energy/x", 1},
                            {"energy/a/grid import", 10},
                            {"energy/a/it", 0},
                            {"energy/a/conversion", 0},
                            {"energy/a/cooling and auxiliaries", 0}};
  CHECK(flat == expected);
}

TEST_CASE("report: the stamp is read back") {
  const auto read = stamp_of_report(report_json(stamp(), result(), summary()), "r");
  CHECK(read.version == "0.1");
  CHECK(read.commit == "abc");
  CHECK(read.scenario_sha256 == "12");
  CHECK(read.inputs == stamp().inputs);
  CHECK(read.seed == 7);
  CHECK(read.simgrid == "3.32");
  CHECK(read.compiler == "12.2");
}

TEST_CASE("report: assertions stand in the order given") {
  const auto text = report_json(stamp(), result(), summary(),
                                {{"b < 1", 2, false}, {"a < 1", std::nullopt, false}});
  const auto b = text.find("\"expression\": \"b < 1\",\n      \"value\": 2,");
  const auto a = text.find("\"expression\": \"a < 1\",\n      \"holds\": false");
  CHECK(b != std::string::npos);
  CHECK(a != std::string::npos);
  CHECK(b < a);
}

TEST_CASE("report: what is no report is refused") {
  CHECK_THROWS_AS(flat_report("{}", "r"), DataError);
  CHECK_THROWS_AS(flat_report("{", "r"), DataError);
  CHECK_THROWS_AS(flat_report("[]", "r"), DataError);
  CHECK_THROWS_AS(flat_report(R"({"schema_version": 99})", "r"), DataError);
  CHECK_THROWS_AS(stamp_of_report(R"({"schema_version": 1})", "r"), DataError);
  CHECK_THROWS_AS(read_file("no such file"), ConfigError);
  CHECK_THROWS_AS(read_file("."), ConfigError);
}

TEST_CASE("report: differences beyond the tolerance") {
  const FlatReport a{{"x", 100}, {"y", 0}, {"z", 5}, {"gone", 1}};
  const FlatReport b{{"x", 101}, {"y", 0}, {"z", 5}, {"new", 2}};
  const auto exact = differences(a, b, 0);
  REQUIRE(exact.size() == 3);
  CHECK(exact[0].name == "x");
  CHECK(exact[0].absolute() == 1);
  CHECK(*exact[0].relative() == Approx(1 / 101.0));
  CHECK(exact[1].name == "gone");
  CHECK_FALSE(exact[1].b);
  CHECK(exact[2].name == "new");
  CHECK_FALSE(exact[2].a);
  const auto loose = differences(a, b, 0.01);
  CHECK(loose.size() == 2);  // a missing value differs at any tolerance
  CHECK(differences(a, a, 0).empty());
  CHECK(difference_table("a", "b", {}, 4).find("all 4 values are equal") != std::string::npos);
}

}  // namespace
}  // namespace tokenfab
