// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "models/chip/node.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {
const std::vector<std::string> ids{"hgx-a100-80",     "hgx-h100", "hgx-h800",    "hgx-h20",
                                   "hgx-h200",        "hgx-b200", "gb200-nvl72", "atlas-800t-a2",
                                   "cloudmatrix-384", "frontier"};
}

TEST_CASE("node power: the Frontier node is that of its source to the digit") {
  const auto frontier = node("frontier");
  REQUIRE(frontier.power_idle().si() == Approx(626.26).epsilon(1e-12));
  REQUIRE(frontier.power_design().si() == Approx(2704.26).epsilon(1e-12));
  REQUIRE(frontier.processor_power(0).si() == Approx(90 + 74.26).epsilon(1e-12));
  REQUIRE(frontier.processor_power(1).si() == Approx(280 + 74.26).epsilon(1e-12));
  REQUIRE(frontier.fan_power(1, Celsius(40)) == Watts(0));
  REQUIRE(frontier.over_target(1, Celsius(40)) == Kelvins(0));
}

TEST_CASE("node power: the host's parts sum to its total") {
  for (const auto& id : ids) {
    INFO(id);
    const auto config = node(id);
    REQUIRE(power_problems(config).empty());
    for (const double load : {0.0, 0.3, 1.0}) {
      const auto host =
          config.host_power_idle + (config.host_power_busy - config.host_power_idle) * load;
      const auto parts = config.processor_power(load) + config.fan_power(load, std::nullopt) +
                         config.network_power + config.storage_power;
      REQUIRE(parts.si() == Approx(host.si()).epsilon(1e-12));
      REQUIRE(config.processor_power(load) > Watts(0));
    }
  }
}

TEST_CASE("node power: fans follow the inlet with the cube of their speed") {
  const auto config = node("hgx-h100");
  // At the reference temperature the figures of the catalogue.
  REQUIRE(config.fan_power(0, Celsius(25)).si() == Approx(400));
  REQUIRE(config.fan_power(1, Celsius(25)).si() == Approx(600));
  REQUIRE(config.fan_power_beyond(1, Celsius(25)).si() == Approx(0).margin(1e-9));
  // 30 degC: (85 - 25) / (85 - 30) = 12/11 of the speed.
  REQUIRE(config.fan_power(1, Celsius(30)).si() == Approx(600 * std::pow(12.0 / 11, 3)));
  // Never slower than idle, never faster than the greatest speed.
  REQUIRE(config.fan_power(1, Celsius(-40)).si() == Approx(400));
  REQUIRE(config.fan_power(1, Celsius(60)).si() == Approx(600 * 1.5 * 1.5 * 1.5));
  for (double inlet = 0; inlet < 90; inlet += 1) {
    for (double load = 0; load < 1; load += 0.1) {
      REQUIRE(config.fan_power(load, Celsius(inlet)) <= config.fan_power(load, Celsius(inlet + 1)));
      REQUIRE(config.fan_power(load, Celsius(inlet)) <=
              config.fan_power(load + 0.1, Celsius(inlet)));
      REQUIRE(config.over_target(load, Celsius(inlet)) <=
              config.over_target(load, Celsius(inlet + 1)));
    }
  }
}

TEST_CASE("node power: what fans cannot carry is heat above the target") {
  const auto config = node("hgx-h100");
  // Full speed holds the target up to the inlet where 60 / (85 - T) = 1.5: 45 degC.
  REQUIRE(config.over_target(1, Celsius(45)).si() == Approx(0).margin(1e-9));
  // Beyond, a kelvin of the inlet is one of the chips.
  REQUIRE(config.over_target(1, Celsius(52)).si() == Approx(7));
  REQUIRE(config.over_target(1, Celsius(95)).si() == Approx(50));
}

TEST_CASE("node power: contradictory parts are named") {
  auto config = node("hgx-h100");
  config.network_power = Watts(1500);
  REQUIRE(power_problems(config).size() == 2);  // idle and busy
  config.network_power = Watts(600);
  config.fans.power_idle = Watts(800);
  REQUIRE(power_problems(config).size() == 1);  // above busy; the idle sum still fits
  REQUIRE(power_problems(config).front().find("at least 800 W") != std::string::npos);
}

TEST_CASE("node power: a rack of servers draws 0.3 to 0.6 % more per kelvin") {
  // Measured 0.35 to 0.5 % between 23 and 30 degC (Coroama, arXiv:2509.26163).
  for (const auto* id : {"hgx-a100-80", "hgx-h100", "hgx-b200"}) {
    const auto config = node(id);
    const double load = 0.8;
    const double chips = 8 * (config.chip.power_idle + config.chip.power_span() * load * 0.8).si();
    const auto watts = [&](double inlet) {
      return chips + config.processor_power(load).si() + config.network_power.si() +
             config.storage_power.si() + config.fan_power(load, Celsius(inlet)).si();
    };
    const double per_kelvin = (watts(30) / watts(23) - 1) / 7;
    INFO(id << " " << per_kelvin);
    REQUIRE(per_kelvin > 0.003);
    REQUIRE(per_kelvin < 0.006);
  }
}

TEST_CASE("node power: training is chips and a busy host behind the power supplies") {
  const auto config = node("hgx-h100");
  const auto phases = training_phases(config.chip, Precision::Bf16, 0.5, 0.1);
  const double chips = 8 * training_power(config.chip, phases).si();
  REQUIRE(config.power_training(phases).si() == Approx((chips + 1900) / 0.94));
  REQUIRE(config.power_training(phases) < config.power_design());
}
