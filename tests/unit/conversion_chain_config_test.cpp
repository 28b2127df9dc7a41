// SPDX-License-Identifier: Apache-2.0
// The power chain and the power supply of a node as a scenario writes them.
#include <string>

#include "models/power/conversion_chain.hpp"
#include "models/power/power_supply.hpp"
#include "sim/config/document.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

template <class Config>
Config read(const std::string& text) {
  const EmbeddedTables tables;
  Config config;
  std::vector<Problem> problems;
  read_object({plugin_table(), tables, {}}, schema_of<Config>(), parse_document(text, "chain.json"),
              "", &config, problems);
  for (const auto& problem : problems) {
    FAIL(describe(problem));
  }
  return config;
}

}  // namespace

TEST_CASE("power chain: read from a scenario, with types of the catalogue") {
  const auto config = read<ConversionChainConfig>(R"({
    "transformer": "transformer-dry-type",
    "switchgear": {"square": 0.002},
    "ups": {"use": "ups-eaton-9395xr", "unit_rating": "1875 kW", "redundancy": "N+1"},
    "distribution": {"use": "busway", "rating": "20 MW"},
    "ups_mode": "eco",
    "battery": {"autonomy": "10 min", "charge_power": "500 kW"},
    "main_breaker": {"long_time_delay": "20 s"},
    "rack_breakers": {},
    "cooling_on_ups": true,
    "oversubscription": 1.2
  })");
  REQUIRE(config.ups->redundancy == Redundancy::NPlus1);
  REQUIRE(config.ups->efficiency.at("0.5") == 0.973);
  REQUIRE(config.battery->autonomy == Seconds(600));
  REQUIRE(*config.distribution->rating == Watts(20e6));
  REQUIRE(config.distribution->square == 0.005);
  REQUIRE(config.main_breaker->long_time_delay == Seconds(20));
  REQUIRE(config.rack_breakers);
  REQUIRE_FALSE(config.rectifier);

  ConversionChain chain(config);
  chain.size_for(Watts(24e6), Watts(3e6));
  // 24 MW / 1.2, 0.5 % of it and the cooling: 23.1 MW take 13 units, and one more.
  const auto outcome = chain.advance(Duration::from_seconds(60), {Watts(24e6), Watts(3e6)});
  REQUIRE(outcome.indoor_loss > Watts(0));
  REQUIRE(chain.overloads({Watts(24e6), Watts(3e6)}).size() == 4);  // all stages
  REQUIRE(chain.can_feed({Watts(24e6), Watts(3e6)}));
}

TEST_CASE("power supply: read from a scenario") {
  const auto config = read<PowerSupplyConfig>(R"({
    "psu": "cray-ex-sivoc", "rectifier": "cray-ex-rectifier", "nodes_per_rectifier": 4,
    "auxiliary_power": "250 W"
  })");
  const PowerSupply supply(config, Watts(2704.26));
  REQUIRE(supply.input_power(Watts(626.26)).si() ==
          Approx(((4 * (626.26 + 13) / 0.98 + 250) + 17) / 0.96 / 4));
}
