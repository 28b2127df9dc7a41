// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/break_even_axis.hpp"

#include "sim/compare/generations.hpp"
#include "sim/compare/pointer_pattern.hpp"
#include "tests/with_catch.hpp"

namespace tokenfab {
namespace {

BreakEvenAxis axis_of(const std::string& text) {
  std::vector<std::string> problems;
  auto axis = break_even_axis(text, problems);
  INFO((problems.empty() ? "" : problems.front()));
  REQUIRE(problems.empty());
  return axis;
}

std::string problem_of(const std::string& text) {
  std::vector<std::string> problems;
  break_even_axis(text, problems);
  REQUIRE(problems.size() == 1);
  return problems.front();
}

const char* const scenario = R"({
  "sites": {
    "east": {"energy": {"grid": {"tariff": {"price": "0.1 USD/kWh"}}},
             "clusters": {"c": {"nodes": 2, "node": {"chips_per_node": 8}}}},
    "a/b": {"energy": {"grid": {"tariff": {"price": "0.2 USD/kWh"}}}, "clusters": {}}
  },
  "services": {"chat": {"pools": {"main": {"cluster": "east/c", "replicas": 2}}}},
  "workloads": {
    "open": {"request_rate": "4 /s", "num_prompts": 100},
    "closed": {"concurrency": 3, "num_prompts": 30},
    "replay": {"speedup": 1, "path": "t.csv"}
  }
})";

TEST_CASE("pattern: a star is any name") {
  const auto document = parse_document(scenario, "s");
  REQUIRE(matching_pointers(document, "/sites/*/energy/grid/tariff/price") ==
          std::vector<std::string>{"/sites/east/energy/grid/tariff/price",
                                   "/sites/a~1b/energy/grid/tariff/price"});
  REQUIRE(matching_pointers(document, "/sites/west/energy").empty());
  REQUIRE(matching_pointers(document, "sites").empty());
  REQUIRE(pattern_fault(document, "/sites/*/enrgy/x").find("did you mean \"energy\"?") !=
          std::string::npos);
  REQUIRE(pattern_fault(document, "/sites/east/clusters/c/nodes/x").find("it is a value") !=
          std::string::npos);
}

TEST_CASE("axis: pointers with units, ranges that count and ranges by ratios") {
  const auto price = axis_of("/sites/*/energy/grid/tariff/price = 0.2 CNY/kWh .. 1.2 CNY/kWh");
  REQUIRE(price.range.low == 0.2);
  REQUIRE(price.range.high == 1.2);
  REQUIRE(price.unit == "CNY/kWh");
  REQUIRE_FALSE(price.range.is_log());
  REQUIRE(price.text_of(0.47312345) == "0.47312 CNY/kWh");
  const auto settings = settings_at(price, parse_document(scenario, "s"), 0.5);
  REQUIRE(settings.size() == 2);
  REQUIRE(settings[1].first == "/sites/a~1b/energy/grid/tariff/price");
  REQUIRE(settings[1].second == "0.5 CNY/kWh");
  REQUIRE(price.is_set_in(0));
  const auto of_b = axis_of("B: /x = 1 W .. 2 W");
  REQUIRE_FALSE(of_b.is_set_in(0));
  REQUIRE(of_b.is_set_in(1));
  REQUIRE(of_b.pattern == "/x");
  REQUIRE(axis_of("/x = 1 .. 20 USD/kWh").unit == "USD/kWh");
  REQUIRE(axis_of("/x = 1 kW .. 2 MW").range.high == Approx(2000));
  REQUIRE(axis_of("/x = 1 W .. 20 W").range.is_log());
  const auto replicas = axis_of("/services/*/pools/*/replicas=1..8");
  REQUIRE(replicas.range.is_count);
  REQUIRE(settings_at(replicas, parse_document(scenario, "s"), 3)[0].second == "3");
  // Not set in the scenario, and no star: the reader knows whether there is such a field.
  REQUIRE(settings_at(axis_of("/economics/wacc = 0.01 .. 0.2"), parse_document(scenario, "s"), 0.1)
              .front()
              .second == "0.1");
}

TEST_CASE("axis: the load is every rate, number of users and speedup") {
  const auto load = axis_of("utilization");
  REQUIRE(load.is_load());
  REQUIRE(load.range.is_log());
  REQUIRE(axis_of("load = 0.5 .. 2").range.high == 2);
  const Settings expected{{"/workloads/open/request_rate", "2 /s"},
                          {"/workloads/closed/concurrency", "2"},
                          {"/workloads/closed/num_prompts", "15"},
                          {"/workloads/replay/speedup", "0.5"}};
  REQUIRE(settings_at(load, parse_document(scenario, "s"), 0.5) == expected);
}

TEST_CASE("axis: what is wrong with it") {
  REQUIRE(problem_of("/x = 2 .. 1").find("reversed; write \"1 .. 2\"") != std::string::npos);
  REQUIRE(problem_of("/x = 2 .. 2").find("is empty") != std::string::npos);
  REQUIRE(problem_of("/x = 2 W .. 3 J").find("different units") != std::string::npos);
  REQUIRE(problem_of("/x = 2 USD .. 3 CNY").find("different units") != std::string::npos);
  REQUIRE(problem_of("/x = nan .. 3").find("is no range") != std::string::npos);
  REQUIRE(problem_of("/x = -1e308 .. 1e308").find("too wide") != std::string::npos);
  REQUIRE(problem_of("/x").find("a range is missing") != std::string::npos);
  REQUIRE(problem_of("utilisation").find("did you mean \"utilization\"?") != std::string::npos);
  REQUIRE(problem_of("load = 1 W .. 3 W").find("plain number") != std::string::npos);
}

TEST_CASE("generations: whole nodes, and load and replicas that grow with the chips") {
  const auto document = parse_document(scenario, "s");
  std::int64_t chips = 0;
  const auto same = settings_on(document, {"h200", "hgx-h200", 8}, chips);
  REQUIRE(chips == 16);
  REQUIRE(same == Settings{{"/sites/east/clusters/c/node", R"({"use": "hgx-h200"})"},
                           {"/sites/east/clusters/c/nodes", "2"}});
  const auto rack = settings_on(document, {"gb200", "gb200-nvl72", 72}, chips);
  REQUIRE(chips == 72);
  const Settings expected{{"/sites/east/clusters/c/node", R"({"use": "gb200-nvl72"})"},
                          {"/sites/east/clusters/c/nodes", "1"},
                          {"/services/chat/pools/main/replicas", "9"},
                          {"/workloads/open/request_rate", "18 /s"},
                          {"/workloads/closed/concurrency", "14"},
                          {"/workloads/closed/num_prompts", "135"},
                          {"/workloads/replay/speedup", "4.5"},
                          {"/workloads/open/num_prompts", "450"}};
  REQUIRE(rack == expected);
}

}  // namespace
}  // namespace tokenfab
