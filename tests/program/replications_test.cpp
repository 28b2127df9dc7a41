// SPDX-License-Identifier: Apache-2.0
// run --replications: intervals over seeds, and what a report says of its own reliability.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> with(std::vector<std::string> arguments,
                              const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

const std::vector<std::string> three{"--replications", "3"};

Json report_of(const Sandbox& sandbox) { return Json::parse(sandbox.read("out/report.json")); }

}  // namespace

TEST_CASE("replications: the same bytes whatever the number of processes, and rerun repeats them") {
  const Sandbox one;
  const Sandbox many;
  const auto a = run_well(one, small_scenario(), with(three, {"--jobs", "1"}));
  const auto b = run_well(many, small_scenario(), with(three, {"--jobs", "3"}));
  CHECK(a.out == b.out);
  REQUIRE(one.files() == many.files());
  for (const auto& name : one.files()) {
    INFO(name);
    const bool is_same = one.read(name) == many.read(name);
    CHECK(is_same);
  }
  const auto again = one.run({"rerun", "out"});
  CHECK(again.code == ok);
  expect_words(again.out, {"every byte is the same"});
}

TEST_CASE("replications: the first run is the plain run, the others are runs of their seeds") {
  const Sandbox plain;
  run_well(plain, small_scenario());
  const Sandbox repeated;
  run_well(repeated, small_scenario(), three);
  auto report = report_of(repeated);
  const auto section = report["replications"];
  report.erase("replications");
  CHECK(report.dump(2) + "\n" == plain.read("out/report.json"));
  const bool has_same_rows = plain.read("out/requests.csv") == repeated.read("out/requests.csv");
  CHECK(has_same_rows);
  const auto seeds = section["seeds"].get<std::vector<std::int64_t>>();
  REQUIRE(seeds.size() == 3);
  CHECK(section["count"] == 3);
  CHECK(seeds[0] == 1);
  CHECK(std::set<std::int64_t>(seeds.begin(), seeds.end()).size() == 3);
  std::vector<double> means;
  for (const auto seed : seeds) {
    const Sandbox alone;
    run_well(alone, small_scenario(), {"--seed", std::to_string(seed)});
    means.push_back(report_of(alone)["metrics"]["ttft_mean_s"].get<double>());
  }
  const auto& ttft = section["metrics"]["ttft_mean_s"];
  CHECK(ttft["mean"].get<double>() == Approx((means[0] + means[1] + means[2]) / 3));
  CHECK(ttft["min"] == *std::min_element(means.begin(), means.end()));
  CHECK(ttft["max"] == *std::max_element(means.begin(), means.end()));
  CHECK(ttft["half_width_95"].get<double>() > 0);
  CHECK(section["services"]["chat"]["ttft_mean_s"] == ttft);
  CHECK(section["varies"] == true);
}

TEST_CASE("replications: one run is a plain run; without chance the intervals are zero") {
  const Sandbox plain;
  const auto a = run_well(plain, small_scenario());
  const Sandbox once;
  const auto b = run_well(once, small_scenario(), {"--replications", "1"});
  CHECK(a.out == b.out);
  const bool is_same = plain.read("out/report.json") == once.read("out/report.json");
  CHECK(is_same);

  const Sandbox given;
  given.write("trace.csv", "arrival_s,input_tokens,output_tokens\n0,100,10\n1,200,20\n");
  const auto finished = run_well(given, trace_scenario("trace.csv"), three);
  expect_words(finished.out, {"Replications: 3 runs", "nothing in this scenario is drawn"});
  const auto section = report_of(given)["replications"];
  CHECK(section["varies"] == false);
  const auto metrics = report_of(given)["metrics"];
  for (const auto& [name, line] : section["metrics"].items()) {
    INFO(name);
    CHECK(line["half_width_95"] == 0);
    CHECK(line["mean"] == metrics[name]);
  }
}

TEST_CASE("replications: an assertion that fails in any run is told and fails the command") {
  const Sandbox plain;
  run_well(plain, small_scenario(), three);
  const auto report = report_of(plain);
  const auto& ttft = report["replications"]["metrics"]["ttft_mean_s"];
  // Between the least and the most: some run fails.
  const double limit = (ttft["min"].get<double>() + ttft["max"].get<double>()) / 2;
  const Sandbox sandbox;
  sandbox.write("scenario.json", small_scenario());
  const auto finished =
      sandbox.run({"run", "scenario.json", "--out", "out", "--replications", "3", "--set",
                   "/assert=[\"ttft_mean_s < " + std::to_string(limit) + " s\"]"});
  CHECK(finished.code == 10);
  expect_words(finished.out, {"holds in", "of 3 runs"});
  const auto held = report_of(sandbox)["replications"]["asserts"][0]["held"].get<int>();
  CHECK((held == 1 || held == 2));
}

TEST_CASE("replications: bad numbers are refused with a reason") {
  const Sandbox sandbox;
  sandbox.write("scenario.json", small_scenario());
  const auto refused = [&](const std::vector<std::string>& arguments, const std::string& word) {
    const auto finished = sandbox.run(with({"run", "scenario.json"}, arguments));
    INFO(word);
    CHECK(finished.code == usage);
    CHECK(finished.out.empty());
    expect_words(finished.err, {word});
    CHECK(sandbox.files().empty());
  };
  refused({"--replications", "0"}, "between 1 and 10000 runs");
  refused({"--replications", "-2"}, "between 1 and 10000 runs");
  refused({"--replications", "10001"}, "square root");
  refused({"--replications", "3", "--jobs", "0"}, "at least one process");
  refused({"--jobs", "2"}, "--jobs is for --replications");
  refused({"--replications", "3", "--dry-run"}, "--dry-run plays nothing");
  refused({"--replications", "many"}, "--replications");
}

TEST_CASE("replications: progress is told by runs") {
  const Sandbox sandbox;
  const auto finished = run_well(sandbox, small_scenario(), with(three, {"--progress", "json"}));
  expect_words(finished.err, {R"({"runs_done":3,"runs":3,)"});
}

TEST_CASE("results: a report says how far to trust its predictions") {
  const Sandbox sandbox;
  const auto finished = run_well(sandbox, small_scenario());
  expect_words(finished.out, {"How far to trust this", "tpot", "chat/main: "});
  const auto lines = report_of(sandbox)["validation"];
  REQUIRE(lines.size() == 4);
  std::set<std::string> quantities;
  for (const auto& line : lines) {
    CHECK(line["service"] == "chat");
    CHECK(line["pool"] == "main");
    quantities.insert(line["quantity"].get<std::string>());
    const auto status = line["status"].get<std::string>();
    CHECK((status == "validated" || status == "sibling" || status == "not_validated"));
    CHECK(line.contains("band_median_pct") == (status != "not_validated"));
    CHECK(line.contains("reason") == (status != "validated"));
  }
  CHECK(quantities ==
        std::set<std::string>{"tpot", "ttft", "output_rate_per_chip", "power_per_chip"});
}

TEST_CASE("results: an unknown chip is not validated, and compare reads reports without the word") {
  const Sandbox sandbox;
  const auto text = replaced(small_scenario(), R"("node": {"use": "hgx-h100"})",
                             R"("node": {"use": "hgx-ascend-910b"})");
  run_well(sandbox, text,
           {"--set", R"(/services/chat/pools/main/engine/profile={"use":"mindie"})"});
  const auto report = report_of(sandbox);
  for (const auto& line : report["validation"]) {
    CHECK(line["status"] != "validated");
  }
  auto old = report;
  old.erase("validation");
  sandbox.write("old.json", old.dump(2) + "\n");
  CHECK(sandbox.run({"compare", "old.json", "out"}).code == ok);
}

}  // namespace tokenfab::program
