// SPDX-License-Identifier: Apache-2.0
// tokenfab plan: files, what is printed, refusals.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

Finished plan(const Sandbox& sandbox, const std::vector<std::string>& more) {
  sandbox.write("scenario.json", small_scenario());
  std::vector<std::string> arguments{"plan", "scenario.json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return sandbox.run(arguments);
}

/// The figure behind `"key": ` in a JSON text, as it is written.
std::string figure_of(const std::string& json, const std::string& key) {
  const auto at = json.find("\"" + key + "\": ");
  REQUIRE(at != std::string::npos);
  const auto begin = at + key.size() + 4;
  return json.substr(begin, json.find_first_of(",\n", begin) - begin);
}

TEST_CASE("plan: winner, front and files, whatever --jobs; the winner plays as promised") {
  const Sandbox sandbox;
  const std::vector<std::string> words{
      "--slo",    "ttft_p99_s < 2 s", "--tensor-parallel", "4,8",
      "--chips",  "h100-sxm,a100-80", "--quantization",    "bf16,fp8",
      "--budget", "chips <= 16"};
  auto arguments = words;
  arguments.insert(arguments.end(), {"--jobs", "1", "--out", "one"});
  const auto finished = plan(sandbox, arguments);
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  expect_words(finished.out,
               {"Winner", "run it", "tokenfab run scenario.json --set", "Front of cost",
                "Why not the runner-up", "on the whole load", "layouts"});
  CHECK(sandbox.files() ==
        std::vector<std::string>{"one/plan-winner.json", "one/plan.csv", "one/plan.json"});
  auto again = words;
  again.insert(again.end(), {"--jobs", "3", "--out", "three", "--format", "json"});
  const auto same = plan(sandbox, again);
  CHECK(same.code == ok);
  CHECK(same.out == sandbox.read("one/plan.json"));
  for (const char* file : {"plan.csv", "plan.json", "plan-winner.json"}) {
    CHECK(sandbox.read(std::string("one/") + file) == sandbox.read(std::string("three/") + file));
  }
  const auto played = sandbox.run({"run", "one/plan-winner.json", "--format", "json"});
  INFO(played.err);
  REQUIRE(played.code == ok);
  CHECK(figure_of(played.out, "cost_per_mtok_usd") ==
        figure_of(sandbox.read("one/plan.json"), "cost_per_mtok_usd"));
}

TEST_CASE("plan: every unknown word at once, with the nearest") {
  const Sandbox sandbox;
  const auto finished =
      plan(sandbox, {"--chips", "h10-sxm,h200", "--slo", "ttft_p99 < 2 s", "--split", "2to1",
                     "--quantization", "fp9", "--replicas", "two", "--objective", "cost"});
  CHECK(finished.code == usage);
  CHECK(finished.out.empty());
  expect_words(finished.err, {"did you mean \"h100-sxm\"?", "did you mean \"ttft_p99_s\"?",
                              "expected mixed or P:D, found \"2to1\"", "did you mean \"fp8\"?",
                              "expected N..M, N or auto", "there is no metric \"cost\""});
  CHECK(sandbox.files().empty());
  CHECK(plan(sandbox, {"--expert-parallel", "spred"}).code == usage);
  CHECK(plan(sandbox, {"--service", "chta"}).code == scenario_invalid);
  const auto endless = plan(sandbox, {"--slo", "ttft_p99_s < 2 s", "--exhaustive", "--replicas",
                                      "1..100000", "--tensor-parallel", "4,8"});
  CHECK(endless.code == usage);
  expect_words(endless.err, {"--exhaustive: 200000 runs"});
}

TEST_CASE("plan: what cannot be met is told with the nearest miss") {
  const Sandbox sandbox;
  const auto slow = plan(sandbox, {"--slo", "tpot_p50_s < 10 us", "--tensor-parallel", "8"});
  CHECK(slow.code == infeasible);
  expect_words(slow.err,
               {"misses tpot_p50_s < 10 us by", "at least", "none of 1 layouts meets all limits"});
  const auto late = plan(sandbox, {"--slo", "ttft_p50_s < 1 us", "--tensor-parallel", "8",
                                   "--replicas", "1..2", "--out", "late"});
  CHECK(late.code == infeasible);
  expect_words(late.err, {"nearest: ", "misses ttft_p50_s < 1 us by"});
  CHECK(std::count(late.err.begin(), late.err.end(), '\n') == 3);
}

}  // namespace
}  // namespace tokenfab::program
