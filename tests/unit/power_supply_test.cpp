// SPDX-License-Identifier: Apache-2.0
// The power supply of a node; Frontier's in closed form.
#include "models/power/power_supply.hpp"

#include <stdexcept>

#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

/// Frontier after ExaDigiT/RAPS: a SIVOC per node, a rectifier per four nodes that also feeds one
/// of 2,368 switches.
PowerSupplyConfig frontier() {
  PowerSupplyConfig config;
  config.psu = power_stage("cray-ex-sivoc");
  config.rectifier = power_stage("cray-ex-rectifier");
  config.nodes_per_rectifier = 4;
  config.auxiliary_power = Watts(250);
  return config;
}

double frontier_power_w(Watts node) {
  const PowerSupply supply(frontier(), Watts(2704.26));
  return 9472 * supply.input_power(node).si() + 25 * 8473;
}

}  // namespace

TEST_CASE("power supply: Frontier idles at 7.3065 MW and peaks at 28.2279 MW") {
  // Per rectifier at idle: (4 (626.26 + 13) / 0.98 + 250 + 17) / 0.96 W, 2,368 of them, and pumps.
  REQUIRE(std::abs(frontier_power_w(Watts(626.26)) - 7306512.075) < 1e-3);
  REQUIRE(std::abs(frontier_power_w(Watts(2704.26)) - 28227872.619) < 1e-3);
  const auto exact = [](double node) {
    return 2368 * ((4 * (node + 13) / 0.98 + 250) + 17) / 0.96 + 25 * 8473;
  };
  REQUIRE(std::abs(frontier_power_w(Watts(626.26)) - exact(626.26)) < 1e-6);
  REQUIRE(std::abs(frontier_power_w(Watts(2704.26)) - exact(2704.26)) < 1e-6);
}

TEST_CASE("power supply: without stages the input is what the parts draw") {
  const PowerSupply supply({}, Watts(1000));
  REQUIRE(supply.input_power(Watts(700)) == Watts(700));
}

TEST_CASE("power supply: regulators, redundant power supplies and a shared rectifier in series") {
  PowerSupplyConfig config;
  config.vrm.emplace().proportional = 0.1;
  config.psu.emplace().efficiency = {{"0.5", 0.95}, {"1", 0.9}};
  config.psu->redundancy = Redundancy::TwoN;
  config.psu->rating = Watts(1100);
  config.rectifier.emplace().proportional = 0.02;
  config.nodes_per_rectifier = 2;
  config.auxiliary_power = Watts(100);
  const PowerSupply supply(config, Watts(1000));
  // 1,000 W leave the regulators' input at 1,100 W; two supplies of 1,100 W at half load: / 0.95 =
  // 1,157.894737 W; two nodes and 100 W: 2,415.789474 W x 1.02 = 2,464.105263 W, half of it each.
  REQUIRE(supply.input_power(Watts(1000)).si() == Approx(1232.0526316).epsilon(1e-10));
}

TEST_CASE("power supply: ratings not given are built for the largest load of the node") {
  PowerSupplyConfig config;
  config.vrm.emplace().efficiency = {{"1", 0.9}};
  config.psu.emplace().efficiency = {{"0.5", 0.96}, {"1", 0.91}};
  const PowerSupply supply(config, Watts(900));
  // Regulators draw 1,000 W: the power supply is rated so and runs at full load.
  REQUIRE(supply.input_power(Watts(900)).si() == Approx(1000 / 0.91));
}

TEST_CASE("power supply: contradictions are named, all at once") {
  PowerSupplyConfig config;
  config.psu.emplace().efficiency = {{"0.5", 1.2}};
  config.psu->eco_efficiency = {{"0.5", 0.99}};
  config.nodes_per_rectifier = 4;
  try {
    const PowerSupply supply(config, Watts(1000));
    FAIL("no contradiction found");
  } catch (const std::invalid_argument& error) {
    const std::string text = error.what();
    REQUIRE(text.find("psu.efficiency: 1.2 at \"0.5\"") != std::string::npos);
    REQUIRE(text.find("psu.eco_efficiency: only a UPS") != std::string::npos);
    REQUIRE(text.find("nodes_per_rectifier 4: there is no rectifier") != std::string::npos);
  }
}
