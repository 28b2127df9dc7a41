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
  site.ledger.import = Joules(10);
  result.sites.push_back(site);
  return result;
}

Summary summary() {
  Summary summary;
  summary.factory.set("mfu", 0.5);
  summary.pools["chat/main"].set("mfu", 0.25);
  summary.tiers["luxury"].set("margin_usd", -2.5);
  return summary;
}

Stamp stamp() { return {"0.1", "abc", "12", {{"t.csv", "34"}}, 7, "3.32", "12.2"}; }

TEST_CASE("report: read back flat, ledgers by line") {
  const auto flat = flat_report(report_json(stamp(), result(), summary()), "r");
  const FlatReport expected{{"mfu", 0.5},
                            {"pools/chat/main/mfu", 0.25},
                            {"tiers/luxury/margin_usd", -2.5},
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

TEST_CASE("report: a site's country stands with its metrics") {
  auto made = result();
  made.sites.front().country = "CN";
  auto metrics = summary();
  metrics.sites["a"].set("chips", 8.0);
  const auto text = report_json(stamp(), made, metrics);
  CHECK(text.find("\"country\": \"CN\"") != std::string::npos);
  CHECK(flat_report(text, "r")[2].first == "sites/a/chips");
}

TEST_CASE("report: tables of applications and tiers are there if they say something") {
  RunResult made;
  made.duration = Duration::from_seconds(10);
  made.costs = {{"chips", "capital", "", 6}};
  PoolResult pool;
  pool.service = "chat";
  pool.name = "main";
  pool.replicas = 1;
  pool.chips = 2;
  pool.active_chip_seconds = 20;
  pool.work.prefill_charge = Duration::from_seconds(1);
  made.pools = {pool};
  const auto customer = [](std::uint64_t tokens, const std::string& tier) {
    ApplicationResult application;
    application.service = "chat";
    application.requests.arrived = application.requests.completed = 1;
    application.requests.input_tokens = tokens;
    TenantResult got;
    got.requests = application.requests;
    got.tier = tier;
    got.revenue_usd = 5;
    application.tenants[""] = got;
    return application;
  };
  made.applications["bulk"] = customer(1'000'000, "");
  auto text = report_table("r", made, summarize(made));
  CHECK(text.find("Applications") == std::string::npos);  // one: the totals say it all
  CHECK(text.find("Tiers") == std::string::npos);
  made.has_prices = true;
  made.applications["bulk"] = customer(1'000'000, "cheap");
  made.applications["suite"] = customer(2'000'000, "luxury");
  text = report_table("r", made, summarize(made));
  // Costs of 6 USD by tokens: 2 and 4; margins 3 and 1.
  for (const auto* name : {"Applications", "Tiers"}) {
    CHECK(text.find(name) != std::string::npos);
  }
  CHECK(text.find("luxury                        1       2.00         $4         $2         $5"
                  "         $1") != std::string::npos);
  CHECK(text.find("Tenants") == std::string::npos);
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
