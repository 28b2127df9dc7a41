// SPDX-License-Identifier: Apache-2.0
// Scenarios that extend others and assert things, progress lines and the saturated warning.
#include <catch2/catch.hpp>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

std::string asserting(const std::string& expressions) {
  return replaced(small_scenario(), "  \"output\"",
                  "  \"assert\": [" + expressions + "],\n  \"output\"");
}

TEST_CASE("extends: a patch over its base, through a chain") {
  const Sandbox sandbox;
  sandbox.write("bases/base.json", small_scenario());
  sandbox.write("bases/dear.json", R"({"extends": "base.json", "name": "dear",
    "sites": {"site": {"energy": {"grid": {"tariff": {"price": "0.18 USD/kWh"}}}}}})");
  sandbox.write("scenario.json", R"({"extends": "bases/dear.json",
    "sites": {"site": {"cooling": {"pue": 1.5}}}, "output": null})");
  const auto shown = sandbox.run({"show", "scenario.json", "--resolved", "--origins"});
  CHECK(shown.code == ok);
  expect_words(shown.out,
               {"\"name\": \"dear\",  // bases/dear.json:1:", "\"pue\": 1.5  // scenario.json:2:",
                "\"price\": \"5e-08 USD/J\"  // bases/dear.json:2:",
                "\"nodes\": 2,  // bases/base.json:13:", "\"requests\": true,  // default"});
  CHECK(shown.out.find("extends") == std::string::npos);
  CHECK(sandbox.run({"run", "scenario.json", "--out", "out"}).code == ok);
  CHECK(sandbox.run({"rerun", "out"}).code == ok);
}

TEST_CASE("extends: a base's data file lies beside the base") {
  const Sandbox sandbox;
  sandbox.write("bases/t.csv", "arrival_s,input_tokens,output_tokens\n0,100,5\n");
  sandbox.write("bases/base.json", trace_scenario("t.csv"));
  sandbox.write("scenario.json", R"({"extends": "bases/base.json"})");
  CHECK(sandbox.run({"run", "scenario.json", "--out", "out"}).code == ok);
}

TEST_CASE("extends: problems are told in the file that has them") {
  const Sandbox sandbox;
  const auto base = replaced(small_scenario(), "1.25", "9");
  sandbox.write("base.json", base);
  expect_refused(sandbox, R"({"extends": "base.json", "seed": -1})", scenario_invalid,
                 {"base.json:12:51: /sites/site/cooling/pue", "scenario.json:1:34: /seed"});
  expect_refused(sandbox, R"({"extends": "nix.json"})", scenario_invalid,
                 {"scenario.json:1:13: /extends", "there is no base scenario \"nix.json\""});
  expect_refused(sandbox, R"({"extends": 3})", scenario_invalid, {"expected a file name"});
  sandbox.write("list.json", "[]");
  expect_refused(sandbox, R"({"extends": "list.json"})", scenario_invalid,
                 {"list.json:1:1: expected an object, found an array"});
  expect_refused(sandbox, R"({"extends": "."})", scenario_invalid, {"is a directory"});
  sandbox.write("broken.json", "{");
  expect_refused(sandbox, R"({"extends": "broken.json"})", scenario_invalid, {"broken.json:1:"});
  expect_refused(sandbox, small_scenario(), scenario_invalid, {"in the scenario file only"},
                 {"--set", "/extends=base.json"});
}

TEST_CASE("extends: a circle is refused with its chain") {
  const Sandbox sandbox;
  sandbox.write("b.json", R"({"extends": "sub/c.json"})");
  sandbox.write("sub/c.json", R"({"extends": "../scenario.json"})");
  expect_refused(sandbox, R"({"extends": "b.json"})", scenario_invalid,
                 {"sub/c.json:1:13: /extends",
                  "in a circle: scenario.json -> b.json -> sub/c.json -> sub/../scenario.json"});
  expect_refused(sandbox, R"({"extends": "scenario.json"})", scenario_invalid,
                 {"scenario.json -> scenario.json"});
}

TEST_CASE("assert: true ones, and a false one after the results are written") {
  const Sandbox sandbox;
  run_well(sandbox, asserting(R"("ttft_p99_s < 10 s", "pools/chat/main/mfu < 90 %")"));
  expect_words(sandbox.read("out/report.json"),
               {"\"expression\": \"ttft_p99_s < 10 s\"", "\"holds\": true"});
  sandbox.write(
      "scenario.json",
      asserting(R"("cost_total_usd > 1 USD", "ttft_p99_s < 10 s", "sites/site/mfu > 0")"));
  const auto finished = sandbox.run({"run", "scenario.json", "--out", "out"});
  CHECK(finished.code == false_result);
  expect_words(finished.out, {"Assertions: 2 of 3 do not hold", "cost_total_usd > 1 USD: it is",
                              "sites/site/mfu > 0: it is absent"});
  expect_words(sandbox.read("out/report.json"),
               {"\"expression\": \"sites/site/mfu > 0\",\n      \"holds\": false"});
}

TEST_CASE("assert: unknown names are refused at once") {
  const Sandbox sandbox;
  const auto text = asserting("\"ttft_p98_s < 2 s\",\n \"pools/chat/min/mfu < 1\", \"pue < 2 s\"");
  expect_refused(sandbox, text, scenario_invalid,
                 {place_of(text, "\"ttft_p98_s") + ": /assert/0", "did you mean \"ttft_p9",
                  place_of(text, "\"pools/chat/min") + ": /assert/1", "did you mean \"chat/main\"?",
                  "/assert/2", "pue is a ratio without unit", "3 problems"});
}

std::string many_requests(const std::string& count, const std::string& rate) {
  return replaced(replaced(small_scenario(), "\"num_prompts\": 50", "\"num_prompts\": " + count),
                  "5 /s", rate);
}

TEST_CASE("progress: JSON lines tell share, time left and cost, on standard error only") {
  const Sandbox sandbox;
  const auto text = many_requests("10000", "20 /s");
  const auto finished = run_well(sandbox, text, {"--progress", "json"});
  expect_words(finished.err, {"\"fraction\":0.", "\"eta_s\":", "\"cost_per_mtok_usd\":"});
  CHECK(finished.out.find("fraction") == std::string::npos);
  CHECK(run_well(sandbox, text, {"--progress", "none"}).err.empty());
  const auto cut = replaced(text, "\"name\"", "\"horizon\": \"1000 s\", \"name\"");
  expect_words(run_well(sandbox, cut, {"--progress", "json"}).err, {"\"fraction\":0."});
}

TEST_CASE("saturated: a load above capacity is warned of, alike in both steppings") {
  const Sandbox sandbox;
  const auto text = replaced(many_requests("2000", "400 /s"), "\"tensor_parallel_size\": 8",
                             "\"tensor_parallel_size\": 8, \"max_num_seqs\": 4");
  const auto fast = run_well(sandbox, text);
  expect_words(fast.err, {"warning: saturated: service chat: its queue still grew"});
  const auto report = sandbox.read("out/report.json");
  const auto at = report.find("\"saturated: service chat");
  REQUIRE(at != std::string::npos);
  const auto warning = report.substr(at, report.find('\n', at) - at);
  run_well(sandbox, text, {"--set", "/stepping=iteration"});
  expect_words(sandbox.read("out/report.json"), {warning});
  CHECK(run_well(sandbox, many_requests("2000", "20 /s")).err.empty());
}

}  // namespace
}  // namespace tokenfab::program
