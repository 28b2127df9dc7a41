// SPDX-License-Identifier: Apache-2.0
// The energy section as users write it: units, defaults, and the way back.
#include <string>

#include "models/catalog.hpp"
#include "models/energy/ramp_limit_dispatch.hpp"
#include "models/energy/site_supply.hpp"
#include "models/energy/solar_plant.hpp"
#include "sim/config/reader.hpp"
#include "sim/config/writer.hpp"
#include "sim/scenario/catalogue.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

constexpr auto everything = R"({
  "grid": {"tariff": {"model": "flat", "price": "0.08 USD/kWh"},
           "carbon": {"model": "flat", "intensity": "300 gCO2e/kWh"},
           "import_limit": "20 MW", "export_limit": "5 MW",
           "outages": {"model": "scheduled",
                       "outages": {"storm": {"date": "2024-07-01T14:00", "duration": "2 h"}}}},
  "solar": {"model": "pv", "capacity_dc": "12 MW", "mount": "tracking", "latitude_deg": 26.4,
            "longitude_deg": 106.6, "price": "1.1 USD/W", "maintenance": "15 USD/kW/year"},
  "wind": {"model": "turbine", "capacity": "6 MW", "turbine": {"curve": {"3": 0, "12": 1}}},
  "battery": {"capacity": "40 MWh", "power": "10 MW", "price": "125 USD/kWh", "backs_up": true},
  "genset": {"capacity": "25 MW", "start_time": "15 s", "fuel_slope": "0.27 L/kWh",
             "fuel_price": "0.99 USD/L", "emissions": "2.697 kg/L", "tank": "24 h"},
  "dispatch": {"model": "ramp_limit", "rate": "1 MW/min"},
  "contracts": {"farm": {"wind": {"model": "turbine", "capacity": "30 MW"},
                         "price": "0.04 USD/kWh"}}})";

EnergyConfig read(const std::string& text, std::vector<Problem>& problems) {
  const EmbeddedTables tables;
  EnergyConfig config;
  read_object({plugin_table(), tables, {}}, schema_of<EnergyConfig>(), parse_document(text, "f"),
              "", &config, problems);
  return config;
}

}  // namespace

TEST_CASE("energy section: everything there is, in its units") {
  std::vector<Problem> problems;
  const auto config = read(everything, problems);
  for (const auto& problem : problems) {
    FAIL(describe(problem));
  }
  REQUIRE(config.grid.import_limit == Watts(20e6));
  REQUIRE(config.battery->capacity.si() == Approx(40e6 * 3600));
  REQUIRE(config.battery->price.si() * 3.6e6 == Approx(125));
  REQUIRE(config.battery->power == Watts(10e6));
  REQUIRE(config.genset->fuel_price.si() == Approx(990));
  REQUIRE(config.genset->emissions.si() == Approx(2697));
  REQUIRE(config.genset->fuel_slope.si() * 3.6e6 == Approx(0.27e-3));
  const auto& solar = *static_cast<const SolarPlantConfig*>(config.solar.config.get());
  REQUIRE(solar.mount == SolarMount::Tracking);
  REQUIRE(solar.maintenance.si() * 1e3 * asset_year.si() == Approx(15));
  const auto& ramp = *static_cast<const RampLimitConfig*>(config.dispatch.config.get());
  REQUIRE(ramp.rate.si() == Approx(1e6 / 60));
  const SiteSupply supply(config, plugin_table());
  REQUIRE(supply.assets().size() == 4);
}

TEST_CASE("energy section: what is resolved reads back to itself") {
  std::vector<Problem> problems;
  const auto config = read(everything, problems);
  const auto resolved = write_resolved(plugin_table(), schema_of<EnergyConfig>(), &config);
  const auto again = read(resolved, problems);
  REQUIRE(problems.empty());
  REQUIRE(write_resolved(plugin_table(), schema_of<EnergyConfig>(), &again) == resolved);
}

TEST_CASE("energy section: a grid alone is enough") {
  std::vector<Problem> problems;
  const auto config = read(R"({"grid": {"tariff": {"model": "flat", "price": "0.08 USD/kWh"},
      "carbon": {"model": "flat", "intensity": "300 gCO2e/kWh"}}})",
                           problems);
  REQUIRE(problems.empty());
  REQUIRE(config.solar.model.empty());
  REQUIRE(config.dispatch.model == "none");
  REQUIRE(SiteSupply(config, plugin_table()).assets().empty());
}

TEST_CASE("energy section: units and ranges are told") {
  std::vector<Problem> problems;
  read(R"({"grid": {"tariff": {"model": "flat", "price": "0.08 USD/kWh"},
      "carbon": {"model": "flat", "intensity": "300 gCO2e/kWh"}},
      "battery": {"capacity": "10 MW", "power": "5 MW", "soc_min": -0.1}})",
       problems);
  REQUIRE(problems.size() == 2);
  REQUIRE(problems[0].pointer == "/battery/capacity");
  REQUIRE(problems[1].pointer == "/battery/soc_min");
}
