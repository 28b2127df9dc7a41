// SPDX-License-Identifier: Apache-2.0
// Limits of plant models and nodes, as users hear of them.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/program/program.hpp"

namespace tokenfab::program {
namespace {

TEST_CASE("plant limits: power numbers of a node that contradict each other, all at once") {
  const Sandbox sandbox;
  sandbox.write("small.json", small_scenario());
  const std::string node = "/sites/site/clusters/h100/node";
  const auto finished =
      sandbox.run({"validate", "small.json", "--set", node + "/chip/power_limit=1200 W", "--set",
                   node + "/fans/power_idle=9 kW"});
  CHECK(finished.code == scenario_invalid);
  expect_words(finished.err, {"power_limit 1200 W is above power_rated 700 W; at most 700 W",
                              "power_busy 600 W is below power_idle 9000 W"});
}

TEST_CASE("plant limits: a tower outside its fitted curves is counted and told") {
  const auto extrapolations = [](const std::string& wet_bulb) {
    const Sandbox sandbox;
    sandbox.write("small.json",
                  replaced(small_scenario(), R"("cooling": {"model": "constant_pue", "pue": 1.25})",
                           R"("cooling": {"model": "chilled_water"},
      "weather": {"model": "constant", "dry_bulb": "34 degC", "wet_bulb": ")" +
                               wet_bulb + R"("})"));
    const auto finished = sandbox.run({"run", "small.json", "--out", "out"});
    REQUIRE(finished.code == ok);
    const bool is_told = finished.err.find("extrapolated: site site") != std::string::npos;
    const auto report = nlohmann::json::parse(sandbox.read("out/report.json"));
    const auto count = report["extrapolations"].get<int>();
    CHECK(is_told == (count > 0));
    return count;
  };
  CHECK(extrapolations("24 degC") == 0);
  CHECK(extrapolations("28 degC") > 0);  // the tower's curve ends at 26.7 degC
}

}  // namespace
}  // namespace tokenfab::program
