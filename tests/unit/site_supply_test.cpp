// SPDX-License-Identifier: Apache-2.0
#include "models/energy/site_supply.hpp"

#include "models/energy/outages.hpp"
#include "models/energy/power_profile.hpp"
#include "models/energy/simple_dispatch.hpp"
#include "models/energy/wind_farm.hpp"
#include "tests/energy_site.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

const HourlyTariff free_energy({0});

/// A wind farm of constant power in any wind: a curve that is flat.
PluginConfig steady_wind(double watts) {
  WindFarmConfig farm;
  farm.capacity = Watts(watts);
  farm.losses = 0;
  farm.turbine.curve = {{"0", 1}};
  return model_of("turbine", farm);
}

SupplyInputs load_of(double watts) {
  SupplyInputs inputs;
  inputs.load = Watts(watts);
  inputs.weather.wind_m_s = 5;
  return inputs;
}

PluginConfig outage_at(double begin_s, double duration_s) {
  ScheduledOutagesConfig outages;
  outages.outages["one"].at = Seconds(begin_s);
  outages.outages["one"].duration = Seconds(duration_s);
  return model_of("scheduled", outages);
}

GensetConfig two_megawatts() {
  GensetConfig genset;
  genset.capacity = Watts(2e6);
  genset.start_time = Seconds(30);
  return genset;
}

SiteSupply supply_of(const EnergyConfig& config) {
  return SiteSupply(config, plugin_table(), opened_at_new_year());
}

SupplyOutcome advanced(SiteSupply& supply, double from_s, double span_s, double load_w) {
  const auto inputs = load_of(load_w);
  supply.decide(at_s(from_s), inputs, free_energy);
  const auto out = supply.advance(at_s(from_s), seconds(span_s), inputs);
  REQUIRE(imbalance(out, Watts(load_w)) == Approx(0).margin(1e-9 * load_w));
  return out;
}

}  // namespace

TEST_CASE("supply: a grid alone carries everything, and tells what is beyond its limit") {
  EnergyConfig config;
  config.grid.import_limit = Watts(5e6);
  auto supply = supply_of(config);
  const auto out = advanced(supply, 0, 300, 7e6);
  REQUIRE(out.import == Watts(7e6));
  REQUIRE(out.over_limit == Watts(2e6));
  REQUIRE(supply.available_power(at_s(300), load_of(7e6)) == Watts(5e6));
  REQUIRE_FALSE(supply.next_event(at_s(300), load_of(7e6)));
  REQUIRE(supply.has_grid(at_s(300)));
  REQUIRE(supply.stored() == Joules(0));
  REQUIRE(supply.battery_health() == 1);
  REQUIRE_FALSE(supply_of(EnergyConfig()).available_power(at_s(0), load_of(1)));
}

TEST_CASE("supply: wind is used, exported up to the limit, and curtailed") {
  EnergyConfig config;
  config.wind = steady_wind(10e6);
  config.grid.export_limit = Watts(1e6);
  auto supply = supply_of(config);
  const auto out = advanced(supply, 0, 300, 6e6);
  REQUIRE(out.import == Watts(0));
  REQUIRE(out.exported == Watts(1e6));
  REQUIRE(out.wind.si() == Approx(7e6));
  REQUIRE(out.curtailed == Watts(3e6));
  const auto more = advanced(supply, 300, 300, 12e6);
  REQUIRE(more.import == Watts(2e6));
  REQUIRE(more.wind == Watts(10e6));
}

TEST_CASE("supply: the battery stops within a stretch where it is full, and the means are exact") {
  EnergyConfig config;
  config.wind = steady_wind(2e6);
  config.grid.export_limit = Watts(0);
  config.battery = plain_battery();
  config.dispatch = model_of("self_consumption", SelfConsumptionConfig());
  auto supply = supply_of(config);
  // 500 kW of the 1 MW surplus fit the inverter; 500 kWh of room take 4000 s at 450 kW.
  supply.decide(at_s(0), load_of(1e6), free_energy);
  REQUIRE(supply.next_event(at_s(0), load_of(1e6))->seconds() == Approx(4000));
  const auto out = advanced(supply, 0, 5000, 1e6);
  REQUIRE(out.stored.si() * 5000 == Approx(500 * kwh).epsilon(1e-12));
  REQUIRE(out.battery_loss.si() * 5000 == Approx(50e3 * 4000).epsilon(1e-9));
  REQUIRE(out.curtailed.si() * 5000 == Approx(0.5e6 * 4000 + 1e6 * 1000).epsilon(1e-12));
  REQUIRE(supply.charge_share() == 1);
  // No sun, no wind (nothing in this weather): the battery gives 450 of 500 kWh in an hour at most.
  auto calm = load_of(400e3);
  calm.weather.wind_m_s = 0;
  supply.decide(at_s(5000), calm, free_energy);
  const auto night = supply.advance(at_s(5000), seconds(3600), calm);
  REQUIRE(night.import == Watts(0));
  REQUIRE(night.stored.si() == Approx(-400e3 / 0.9));
}

TEST_CASE("supply: generators take the load when they are up, and burn fuel") {
  EnergyConfig config;
  config.grid.outages = outage_at(100, 200);
  config.genset = two_megawatts();
  auto supply = supply_of(config);
  const auto inputs = load_of(1e6);
  REQUIRE(supply.next_event(at_s(0), inputs) == at_s(100));
  REQUIRE(advanced(supply, 0, 100, 1e6).import == Watts(1e6));
  REQUIRE_FALSE(supply.has_grid(at_s(100)));
  REQUIRE_FALSE(supply.has_source(at_s(100), inputs));
  REQUIRE(supply.available_power(at_s(100), inputs) == Watts(0));
  REQUIRE(supply.next_event(at_s(100), inputs) == at_s(130));
  const auto dark = advanced(supply, 100, 20, 1e6);
  REQUIRE(dark.shortfall == Watts(1e6));
  REQUIRE(dark.fuel == Dollars(0));
  // 10 s more without, then 40 s on the generators.
  const auto mixed = advanced(supply, 120, 50, 1e6);
  REQUIRE(mixed.shortfall.si() == Approx(0.2e6));
  REQUIRE(mixed.genset.si() == Approx(0.8e6));
  REQUIRE(supply.has_source(at_s(170), inputs));
  REQUIRE(supply.available_power(at_s(170), inputs) == Watts(2e6));
  // 0.033 L/kWh of 2 MW and 0.273 L/kWh of 1 MW: 339 L/h.
  const auto alone = advanced(supply, 170, 36, 1e6);
  const double litres = (0.033 * 2000 + 0.273 * 1000) * 36 / 3600;
  REQUIRE(alone.fuel.si() == Approx(litres * 0.99));
  REQUIRE(alone.direct_emissions.si() == Approx(litres * 2.697));
  // Beyond their capacity load is shed.
  REQUIRE(advanced(supply, 206, 10, 3e6).shortfall.si() == Approx(1e6));
  const auto back = advanced(supply, 216, 184, 1e6);
  REQUIRE(back.import.si() == Approx(1e6 * 100 / 184));
  REQUIRE(supply.generator_starts() == 1);
  REQUIRE(supply.outage_time() == seconds(200));
  REQUIRE_FALSE(supply.next_event(at_s(400), inputs));
}

TEST_CASE("supply: a tank that runs dry ends the backup and is filled afterwards") {
  EnergyConfig config;
  config.grid.outages = outage_at(0, 7200);
  config.genset = two_megawatts();
  config.genset->start_time = Seconds(0);
  config.genset->tank = Seconds(3600);  // 612 L at full load
  auto supply = supply_of(config);
  // At half load 339 L/h: 612 / 339 h.
  const double dry_s = 612.0 / 339 * 3600;
  REQUIRE(supply.next_event(at_s(0), load_of(1e6))->seconds() == Approx(dry_s));
  const auto out = advanced(supply, 0, 7200, 1e6);
  REQUIRE(out.genset.si() * 7200 == Approx(1e6 * dry_s));
  REQUIRE(out.shortfall.si() * 7200 == Approx(1e6 * (7200 - dry_s)));
}

TEST_CASE("supply: a battery that islands bridges until the generators are up") {
  EnergyConfig config;
  config.grid.outages = outage_at(0, 3600);
  config.genset = two_megawatts();
  config.battery = plain_battery();
  config.battery->backs_up = true;
  auto supply = supply_of(config);
  REQUIRE(supply.has_source(at_s(0), load_of(450e3)));
  const auto out = advanced(supply, 0, 3600, 450e3);
  REQUIRE(out.shortfall == Watts(0));
  REQUIRE(out.stored.si() * 3600 == Approx(-450e3 / 0.9 * 30));
  REQUIRE(out.genset.si() * 3600 == Approx(450e3 * 3570));

  // Alone it lasts for 500 kWh x 0.9; one that cannot island is of no use.
  config.genset.reset();
  auto alone = supply_of(config);
  REQUIRE(alone.next_event(at_s(0), load_of(450e3))->seconds() == Approx(3600));
  REQUIRE(advanced(alone, 0, 3600, 500e3).shortfall.si() == Approx(50e3).epsilon(1e-9));
  config.battery->backs_up = false;
  auto bystander = supply_of(config);
  REQUIRE_FALSE(bystander.has_source(at_s(0), load_of(450e3)));
  REQUIRE(advanced(bystander, 0, 3600, 500e3).shortfall == Watts(500e3));
}

TEST_CASE("supply: wind without a grid to follow stands still") {
  EnergyConfig config;
  config.grid.outages = outage_at(0, 3600);
  config.wind = steady_wind(10e6);
  auto supply = supply_of(config);
  const auto out = advanced(supply, 0, 600, 1e6);
  REQUIRE(out.curtailed == Watts(10e6));
  REQUIRE(out.shortfall == Watts(1e6));
}

TEST_CASE("supply: generators cover what the connection may not draw") {
  EnergyConfig config;
  config.grid.import_limit = Watts(3e6);
  config.genset = two_megawatts();
  auto supply = supply_of(config);
  REQUIRE(advanced(supply, 0, 60, 2e6).genset == Watts(0));
  REQUIRE(supply.generator_starts() == 0);
  const auto out = advanced(supply, 60, 60, 4e6);
  REQUIRE(out.over_limit.si() == Approx(0.5e6));  // for the 30 s of the start
  REQUIRE(out.genset.si() == Approx(0.5e6));
  REQUIRE(advanced(supply, 120, 60, 6e6).over_limit.si() == Approx(1e6));
  REQUIRE(advanced(supply, 180, 60, 2e6).genset == Watts(0));
}

TEST_CASE("supply: contracts make and cost by the weather; assets have their prices") {
  EnergyConfig config;
  config.wind = steady_wind(1e6);
  config.battery = plain_battery();
  config.contracts["farm"].wind = steady_wind(5e6);
  config.contracts["farm"].price = DollarsPerJoule(0.04 / kwh);
  auto supply = supply_of(config);
  const auto weather = load_of(0).weather;
  REQUIRE(supply.contracted(at_s(0), weather) == Watts(5e6));
  REQUIRE(supply.contract_payment(at_s(0), weather).si() * 3600 == Approx(5000 * 0.04));
  REQUIRE_FALSE(supply.contracted_until(at_s(0)));
  const auto assets = supply.assets();
  REQUIRE(assets.size() == 2);
  REQUIRE(assets[0].name == "wind");
  REQUIRE(assets[0].price.si() == Approx(2.896e6));
  REQUIRE(assets[0].maintenance.si() * asset_year.si() == Approx(42e3));
  REQUIRE(assets[1].name == "battery");
  REQUIRE(assets[1].price.si() == Approx(125e3));
  REQUIRE(assets[1].maintenance.si() * asset_year.si() == Approx(3125));
}

TEST_CASE("supply: configurations that cannot be are told") {
  EnergyConfig config;
  config.dispatch = model_of("self_consumption", SelfConsumptionConfig());
  REQUIRE_THROWS_WITH(supply_of(config), Catch::Contains("no battery to command"));
  config = EnergyConfig();
  config.contracts["empty"].price = DollarsPerJoule(1);
  REQUIRE_THROWS_WITH(supply_of(config), Catch::Contains("contracts/empty: names no plant"));
}
