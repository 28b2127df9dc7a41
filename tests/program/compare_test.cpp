// SPDX-License-Identifier: Apache-2.0
// compare, as a user calls it: tables, significance, break-even, chip generations, bad input.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

using Json = nlohmann::json;

bool has(const std::string& text, const std::string& word) {
  return text.find(word) != std::string::npos;
}

/// A: dear chips in a thrifty site. B: the same chips for less where the site wastes as much as
/// they use. Nothing of it touches the clock, so both run alike.
void write_dear_and_wasteful(const Sandbox& sandbox) {
  const auto with_price = [](const std::string& text, const std::string& price) {
    return replaced(text, R"({"use": "hgx-h100"})",
                    R"({"use": "hgx-h100", "chip": {"price": ")" + price + R"("}})");
  };
  sandbox.write("dear.json", with_price(replaced(small_scenario(), "1.25", "1.1"), "40000 USD"));
  sandbox.write("wasteful.json", with_price(replaced(small_scenario(), "1.25", "2"), "20000 USD"));
}

TEST_CASE("compare: groups, the cost ledger with its layers, and what the scenarios say") {
  const Sandbox sandbox;
  sandbox.write("a.json", small_scenario());
  sandbox.write("b.json", replaced(small_scenario(), "0.09 USD", "0.18 USD"));
  const auto told = expect_code(sandbox, {"compare", "a.json", "b.json"}, false_result).out;
  expect_words(told, {"/sites/site/energy/grid/tariff/price: ", "Money", "cost_total_usd",
                      "Cost by layer and item", "/Mtok", "cost/energy/grid energy/site",
                      "cost/chips/accelerator capital/site", "+100 %", "by --all"});
  CHECK_FALSE(has(told, "ttft_p50_s"));
  CHECK_FALSE(has(told, "services/chat"));  // repeats the factory's
  const auto all = expect_code(sandbox, {"compare", "a.json", "b.json", "--all"}, false_result).out;
  expect_words(all, {"ttft_p50_s", "services/chat/cost_total_usd", "Service levels"});
  const auto three =
      expect_code(sandbox, {"compare", "a.json", "b.json", "a.json"}, false_result).out;
  expect_words(three, {"C: a.json", "C %"});
}

TEST_CASE("compare: the same numbers as JSON, CSV and Markdown") {
  const Sandbox sandbox;
  sandbox.write("a.json", small_scenario());
  sandbox.write("b.json", replaced(small_scenario(), "0.09 USD", "0.18 USD"));
  const auto json = Json::parse(
      expect_code(sandbox, {"compare", "a.json", "b.json", "--format", "json"}, false_result).out);
  CHECK(json["comparison_version"] == 1);
  CHECK(json["equal"] == false);
  bool is_there = false;
  for (const auto& value : json["values"]) {
    if (value["name"] == "cost/energy/grid energy/site") {
      is_there = true;
      CHECK(value["relative_changes"][0].get<double>() == Approx(1).epsilon(1e-12));
      CHECK(value["differs"] == true);
    }
  }
  CHECK(is_there);
  const auto csv =
      expect_code(sandbox, {"compare", "a.json", "b.json", "--format", "csv"}, false_result).out;
  CHECK(csv.starts_with("name,A,B,B - A,relative\n"));
  const auto markdown =
      expect_code(sandbox, {"compare", "a.json", "b.json", "--format", "markdown"}, false_result);
  expect_words(markdown.out, {"### Money", "| cost_total_usd |"});
}

TEST_CASE("compare: replications say which differences chance explains") {
  const Sandbox sandbox;
  sandbox.write("a.json", small_scenario());
  sandbox.write("b.json", replaced(small_scenario(), "round_robin", "power_of_two"));
  sandbox.write("c.json", replaced(small_scenario(), "\"isl\": 500", "\"isl\": 5000"));
  const auto told =
      expect_code(sandbox, {"compare", "a.json", "c.json", "--replications", "6"}, false_result);
  expect_words(told.out, {"+- 95 %", "yes", "Means of 6 and 6 runs", "paired t tests", "Holm"});
  // Results that were made with other seeds cannot be paired.
  expect_code(sandbox, {"run", "a.json", "--replications", "6", "--out", "one"}, ok);
  expect_code(sandbox, {"run", "b.json", "--replications", "6", "--seed", "77", "--out", "two"},
              ok);
  const auto welch = expect_code(sandbox, {"compare", "one", "two"}, false_result);
  expect_words(welch.out, {"Welch's t test", " no"});
  expect_words(expect_code(sandbox, {"compare", "one", "a.json"}, ok).out,
               {"A holds 6 runs; as not all do, its first is compared"});
  const auto again =
      expect_code(sandbox, {"compare", "one", "a.json", "--replications", "6"}, ok).out;
  expect_words(again, {"are equal"});
}

TEST_CASE("compare: break-even of capital and energy, as by hand") {
  const Sandbox sandbox;
  write_dear_and_wasteful(sandbox);
  const auto energy = [&sandbox](const std::string& scenario) {
    run_well(sandbox, sandbox.read(scenario));
    const auto report = Json::parse(sandbox.read("out/report.json"));
    double usd = 0;
    for (const auto& line : report["cost_ledger"]) {
      usd += line["layer"] == "energy" ? 0 : line["amount_usd"].get<double>();
    }
    return std::make_pair(usd, report["metrics"]["energy_site_j"].get<double>() / 3.6e6);
  };
  const auto [usd_a, kwh_a] = energy("dear.json");
  const auto [usd_b, kwh_b] = energy("wasteful.json");
  const double price = (usd_a - usd_b) / (kwh_b - kwh_a);  // USD/kWh
  const auto range = "/sites/*/energy/grid/tariff/price = 0.01 USD/kWh .. " +
                     std::to_string(2 * price) + " USD/kWh";
  const auto found = expect_code(sandbox,
                                 {"compare", "dear.json", "wasteful.json", "--break-even", range,
                                  "--metric", "cost_total_usd", "--format", "json"},
                                 ok);
  const auto json = Json::parse(found.out);
  REQUIRE(json["crossings"].size() == 1);
  CHECK(json["crossings"][0]["x"].get<double>() == Approx(price).epsilon(1e-9));
  CHECK(json["crossings"][0]["lower_below"] == "B");
  CHECK(json["straight"] == true);
  CHECK(json["runs"] == 8);
  const auto text = expect_code(
      sandbox, {"compare", "dear.json", "wasteful.json", "--break-even", range, "--out", "picture"},
      ok);
  expect_words(text.out, {"break-even at ", "below B wins, above A wins", "straight lines"});
  CHECK(has(sandbox.read("picture/break-even.svg"), "<svg"));
  CHECK(has(sandbox.read("picture/break-even.csv"), "USD/kWh,A,B"));
}

TEST_CASE("compare: break-even over the load tells utilization, and none is told as none") {
  const Sandbox sandbox;
  write_dear_and_wasteful(sandbox);
  const auto load = expect_code(
      sandbox, {"compare", "dear.json", "wasteful.json", "--break-even", "load = 0.5 .. 2"}, ok);
  expect_words(load.out, {"load, times that of the scenario", "chip use A", "no break-even",
                          "B wins all along", "18 runs"});
  sandbox.write("held.json", replaced(sandbox.read("dear.json"), "\"output\"",
                                      "\"assert\": [\"cost_total_usd < 0 USD\"],\n  \"output\""));
  const auto held = expect_code(
      sandbox, {"compare", "held.json", "wasteful.json", "--break-even", "load = 0.5 .. 2"}, ok);
  expect_words(held.out, {"first at 0.5 x load A: cost_total_usd < 0 USD does not hold"});
  run_well(sandbox, small_scenario());  // a result stands for its scenario
  const auto folder =
      expect_code(sandbox,
                  {"compare", "out", "dear.json", "--break-even",
                   "/services/*/pools/*/replicas = 1 .. 2", "--metric", "ttft_mean_s"},
                  ok);
  expect_words(folder.out, {"A: out", "equal"});
}

TEST_CASE("compare: break-even of a field of one of the two") {
  const Sandbox sandbox;
  write_dear_and_wasteful(sandbox);
  // The same but for the site, so B may pay less for its chips by what its energy costs more.
  const auto found =
      expect_code(sandbox,
                  {"compare", "dear.json", "wasteful.json", "--break-even",
                   "B: /sites/*/clusters/*/node/chip/price = 20000 USD .. 40000 USD"},
                  ok);
  expect_words(found.out, {"/node/chip/price of B", "break-even at 3", "below B wins", "8 runs"});
}

TEST_CASE("compare: what cannot break even is told at once") {
  const Sandbox sandbox;
  write_dear_and_wasteful(sandbox);
  const auto refused = [&sandbox](const std::string& what, int code,
                                  const std::vector<std::string>& words,
                                  const std::string& metric = "cost_total_usd") {
    const auto finished = expect_code(
        sandbox,
        {"compare", "dear.json", "wasteful.json", "--break-even", what, "--metric", metric}, code);
    expect_words(finished.err, words);
    CHECK(finished.out.empty());
  };
  refused("/a = 3 USD .. 1 CNY", usage, {"different units", "did you mean \"ttft_mean_s\"?"},
          "tft_mean_s");
  refused("/a = 3 .. 1", usage, {"reversed", "1 .. 3"});
  refused("/a = 3 .. 3", usage, {"empty"});
  refused("/a", usage, {"a range is missing"});
  refused("/a = many", usage, {"is no range"});
  refused("laod = 1 .. 2", usage, {"did you mean \"load\"?"});
  refused("utilization = 1 .. 2", usage, {"what comes out of a load"});
  refused("load = 0 .. 2", usage, {"above zero"});
  refused("/services/*/pools/*/replicas = 1.5 .. 2", usage, {"whole numbers"});
  refused("/sites/*/enrgy/x = 1 .. 2", scenario_invalid,
          {"dear.json", "wasteful.json", "did you mean \"energy\"?"});
  refused("/sites/*/energy/grid/tariff/price = 1 .. 2 USD/kW", scenario_invalid,
          {"dear.json", "wasteful.json", "energy price (USD/kWh)"});
  refused("load = 1 .. 2", scenario_invalid,
          {"its result has no services/chat/video_seconds_completed"},
          "services/chat/video_seconds_completed");
  expect_words(expect_code(sandbox, {"compare", "dear.json", "--break-even", "load"}, usage).err,
               {"of two scenarios, found 1"});
}

TEST_CASE("compare: a table of chip generations") {
  const Sandbox sandbox;
  const auto closed =
      replaced(small_scenario(), R"("request_rate": "5 /s")", R"("concurrency": 4)");
  sandbox.write("closed.json", replaced(closed, "\"num_prompts\": 50", "\"num_prompts\": 8"));
  const auto told =
      expect_code(sandbox, {"compare", "closed.json", "--chips", "a100-80,h100-sxm,gb200,l4"}, ok);
  expect_words(told.out, {"Catalogue", "TSMC 4N", "hgx-a100-80", "Results", "cost x", "gb200",
                          "exceeds the 1 chips"});
  CHECK_FALSE(has(told.out, "The load is given"));
  const auto json = Json::parse(
      expect_code(sandbox,
                  {"compare", "closed.json", "--chips", "h100-sxm,h200", "--format", "json"}, ok)
          .out);
  REQUIRE(json["chips"].size() == 2);
  const auto& first = json["chips"][0];
  CHECK(first["cost_ratio_to_first"] == 1);
  CHECK(first["chips"] == 16);
  CHECK(first["capital_per_mtok_usd"].get<double>() + first["energy_per_mtok_usd"].get<double>() +
            first["other_per_mtok_usd"].get<double>() ==
        Approx(first["cost_per_mtok_usd"].get<double>()));
  CHECK(json["chips"][1]["cost_step"].get<double>() ==
        Approx(json["chips"][1]["cost_ratio_to_first"].get<double>() - 1));
  sandbox.write("open.json", small_scenario());
  expect_words(expect_code(sandbox, {"compare", "open.json", "--chips", "h100-sxm"}, ok).out,
               {"The load is given"});
  expect_words(
      expect_code(sandbox, {"compare", "open.json", "--chips", "h100-sxn,gb20"}, usage).err,
      {"did you mean \"h100-sxm\"?", "did you mean \"gb200\"?"});
  expect_code(sandbox, {"compare", "open.json", "--chips", "l4"}, infeasible);
  expect_code(sandbox, {"compare", "open.json", "open.json", "--chips", "l4"}, usage);
}

}  // namespace
}  // namespace tokenfab::program
