// SPDX-License-Identifier: Apache-2.0
// Cooling plants: set points, faults with dates derived by hand, protection, contradictions.
#include <string>

#include "models/cooling/air_economizer.hpp"
#include "models/cooling/liquid_plant.hpp"
#include "models/cooling/room_plant.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using Catch::Matchers::Contains;

namespace {

constexpr double megawatt = 1e6;

Duration seconds(double s) { return Duration::from_seconds(s); }

CoolingInputs load(double liquid_mw, double air_mw) {
  CoolingInputs inputs;
  inputs.liquid_heat = Watts(liquid_mw * megawatt);
  inputs.air_heat = Watts(air_mw * megawatt);
  inputs.it_power = inputs.liquid_heat + inputs.air_heat;
  inputs.chip_power = Watts(700);
  inputs.weather.dry_bulb = Celsius(20);
  inputs.weather.wet_bulb = Celsius(14);
  return inputs;
}

template <class Plant, class Config>
Plant sized(const Config& config, double it_mw) {
  Plant plant(config);
  plant.size_for(Watts(it_mw * megawatt));
  return plant;
}

}  // namespace

TEST_CASE("cooling plant: at its set points power is that of its parts") {
  AirEconomizerConfig config;
  config.size.margin = 1;
  config.size.loss_share = 0;
  config.size.auxiliary_share = 0.01;
  config.air.spare_units = 0;
  auto plant = sized<AirEconomizer>(config, 10);
  const auto outcome = plant.advance(seconds(60), load(0, 10));
  // Full flow: 486 Pa / 0.7 over 1.18 x 1006 x 12 J/m3, at the curve's 0.9991.
  REQUIRE(outcome.fans.si() == Approx(10e6 * 694.286 / 14244.96 * 0.9991).epsilon(1e-5));
  REQUIRE(outcome.other.si() == Approx(1e5));
  REQUIRE(outcome.chillers.si() == 0);
  REQUIRE(outcome.water.si() == 0);
  REQUIRE(outcome.heat_rejected.si() == Approx(10e6 + outcome.electric_power().si()));
  REQUIRE(plant.stored_heat().si() == 0);
  REQUIRE_FALSE(plant.time_to_change(load(0, 10)));
}

TEST_CASE("cooling plant: its design power is that of full load on a hot day") {
  const auto check = [](auto plant, double liquid_mw, bool is_within_means) {
    auto inputs = load(liquid_mw, 10 - liquid_mw);
    inputs.weather.dry_bulb = Celsius(35);
    inputs.weather.wet_bulb = Celsius(25);
    inputs.weather.relative_humidity = 0.44;
    const auto design = plant.power_design();
    const auto drawn = plant.advance(seconds(1), inputs).electric_power();
    if (is_within_means) {
      REQUIRE(design.si() == Approx(drawn.si()));
    } else {
      REQUIRE(design > drawn);  // not all of it runs flat out in the first second
    }
    inputs.weather.dry_bulb = Celsius(10);
    inputs.weather.wet_bulb = Celsius(6);
    REQUIRE(design > plant.advance(seconds(1), inputs).electric_power());
  };
  check(sized<ChilledWater>(ChilledWaterConfig{}, 10), 0, true);
  check(sized<LiquidPlant>(LiquidPlantConfig{}, 10), 8.5, false);
}

TEST_CASE("cooling plant: chillers are off while the economizer covers all") {
  auto plant = sized<ChilledWater>(ChilledWaterConfig{}, 10);
  auto inputs = load(0, 8);
  inputs.weather.dry_bulb = Celsius(8);
  inputs.weather.wet_bulb = Celsius(5);
  REQUIRE(plant.advance(seconds(60), inputs).chillers.si() == 0);
  inputs.weather.wet_bulb = Celsius(26);
  inputs.weather.dry_bulb = Celsius(30);
  REQUIRE(plant.advance(seconds(60), inputs).chillers.si() > 0.03 * 8e6);
  // Water: most of the heat evaporates, with blowdown: near 1.5 to 2 L/kWh.
  const double litres = plant.advance(seconds(3600), inputs).water.si() * 1000;
  REQUIRE(litres / 8000 == Approx(2.0).margin(0.4));
}

TEST_CASE("cooling plant: cool weather relieves the chillers of a liquid plant's air side") {
  LiquidPlantConfig config;
  config.air_economizer.emplace();  // 6 K approach at design, 8 K of water range; water at 16 degC
  config.size.margin = 1;
  config.size.loss_share = 0;
  config.air_margin = 1;
  config.air.spare_units = 0;
  const auto at = [](const LiquidPlantConfig& plant, double dry_degc) {
    auto inputs = load(8.5, 1.5);
    inputs.weather.dry_bulb = Celsius(dry_degc);
    inputs.weather.wet_bulb = Celsius(dry_degc - 2);
    return sized<LiquidPlant>(plant, 10).advance(seconds(60), inputs);
  };
  auto without = config;
  without.air_economizer.reset();
  const auto full = at(without, 20);
  REQUIRE(at(config, 9).chillers.si() == 0);
  // At 14 degC the water leaves the dry coolers at 20 degC: half of its way from 24 to 16.
  REQUIRE(at(config, 14).chillers.si() == Approx(0.5 * full.chillers.si()).epsilon(1e-3));
  REQUIRE(at(config, 20).chillers.si() == full.chillers.si());
  REQUIRE(at(config, 9).fans.si() - full.fans.si() < 0.015 * 1.6e6);

  config.air_cooling = LiquidPlantConfig::AirCooling::FacilityWater;
  config.facility_water.supply = Celsius(20);
  REQUIRE_THROWS_WITH(LiquidPlant(config), Contains("air_economizer"));
}

TEST_CASE("cooling plant: without pumps the coolant warms by Q / C, chips throttle and trip") {
  LiquidPlantConfig config;
  config.size.margin = 1;
  config.size.loss_share = 0;
  config.liquid_share = 0.8;
  auto plant = sized<LiquidPlant>(config, 10);
  auto inputs = load(8, 2);
  inputs.health.pumps = 0;
  REQUIRE(plant.state()->coolant.degrees() == Approx(36));
  // Rack loop: 0.8 L/kW x 8 MW = 6.4 m3 of water; 996 x 4180 J/m3/K.
  const double rise_k_s = 8e6 / (6.4 * 996 * 4180);
  // Chip: 36 + 0.03 x 700 = 57; the first step of the clock comes at 85 degC.
  const double first = (85 - 57) / rise_k_s;
  const auto change = plant.time_to_change(inputs);
  REQUIRE(change);
  REQUIRE(change->seconds() == Approx(first).epsilon(1e-9));
  plant.advance(*change, inputs);
  REQUIRE(plant.state()->clock_limit == Approx(0.9));
  REQUIRE_FALSE(plant.state()->is_too_hot);
  // Steps every 2 K: 87, 89, 91, 93, and 95 switches off.
  for (const double limit : {0.8, 0.7, 0.6, 0.5}) {
    const auto next = plant.time_to_change(inputs);
    REQUIRE(next->seconds() == Approx(2 / rise_k_s).epsilon(1e-6));
    plant.advance(*next, inputs);
    REQUIRE(plant.state()->clock_limit == Approx(limit));
  }
  plant.advance(*plant.time_to_change(inputs), inputs);
  REQUIRE(plant.state()->is_too_hot);
  REQUIRE(plant.state()->chip.degrees() == Approx(95));
}

TEST_CASE("cooling plant: a CDU's approach follows from its transfer units") {
  CduConfig cdu;
  cdu.range = Kelvins(10);
  cdu.transfer_units = 4;
  // Equal flows: effectiveness 4/5, so 10 K / 0.8 between the inlets.
  REQUIRE(cdu_approach(cdu, Kelvins(10)).si() == Approx(2.5));
  LiquidPlantConfig config;
  config.cdu = cdu;
  config.facility_water.range = Kelvins(10);
  auto plant = sized<LiquidPlant>(config, 10);
  REQUIRE(plant.state()->coolant.degrees() == Approx(34.5));
}

TEST_CASE("cooling plant: pumps that come back restore the set points, chips restart on the way") {
  auto plant = sized<LiquidPlant>(LiquidPlantConfig{}, 10);
  auto inputs = load(7, 1);
  inputs.health.pumps = 0;
  plant.advance(seconds(300), inputs);
  REQUIRE(plant.state()->is_too_hot);
  REQUIRE(plant.stored_heat().si() > 0);
  auto off = load(0, 0);  // chips are off now
  off.chip_power = Watts(0);
  const auto restart = plant.time_to_change(off);
  REQUIRE(restart);
  plant.advance(*restart, off);
  plant.advance(seconds(7200), load(7, 1));
  REQUIRE_FALSE(plant.state()->is_too_hot);
  REQUIRE(plant.state()->clock_limit == 1);
  REQUIRE(plant.stored_heat().si() == 0);
  REQUIRE_FALSE(plant.time_to_change(load(7, 1)));
}

TEST_CASE("cooling plant: without power nothing runs and rooms warm by Q / C") {
  ChilledWaterConfig config;
  config.size.margin = 1;
  config.size.loss_share = 0;
  auto plant = sized<ChilledWater>(config, 10);
  auto inputs = load(0, 10);
  inputs.is_powered = false;
  const auto outcome = plant.advance(seconds(60), inputs);
  REQUIRE(outcome.electric_power().si() == 0);
  REQUIRE(outcome.heat_rejected.si() == Approx(0).margin(1e-6));
  REQUIRE(plant.stored_heat().si() == Approx(600e6));
  // 10 J/K/W: 0.1 K/s at the design heat.
  REQUIRE(plant.state()->room.degrees() == Approx(24 + 6));
}

TEST_CASE("cooling plant: spare units carry on, fewer units run harder, more losses show as heat") {
  auto plant = sized<ChilledWater>(ChilledWaterConfig{}, 10);
  auto inputs = load(0, 10);
  const double whole = plant.advance(seconds(60), inputs).fans.si();
  inputs.health.fans = 0.8;  // 8 of 10
  REQUIRE(plant.advance(seconds(60), inputs).fans.si() > whole);
  REQUIRE(plant.stored_heat().si() == 0);
  inputs.health.fans = 0.5;
  plant.advance(seconds(60), inputs);
  REQUIRE(plant.stored_heat().si() > 0);
}

TEST_CASE("cooling plant: in a heat wave warm water floats with the air, with trim it does not") {
  LiquidPlantConfig config;
  auto floating = sized<LiquidPlant>(config, 10);
  config.trim.share = 1;
  auto trimmed = sized<LiquidPlant>(config, 10);
  auto inputs = load(8.5, 1.5);
  inputs.weather.dry_bulb = Celsius(40);
  for (int hour = 0; hour < 48; ++hour) {
    floating.advance(seconds(3600), inputs);
    trimmed.advance(seconds(3600), inputs);
  }
  REQUIRE(trimmed.state()->coolant.degrees() == Approx(36));
  REQUIRE(floating.state()->coolant.degrees() > 40);
  REQUIRE(trimmed.advance(seconds(60), inputs).chillers >
          floating.advance(seconds(60), inputs).chillers);
  // Settled: all heat goes out again.
  const auto outcome = floating.advance(seconds(60), inputs);
  REQUIRE(outcome.heat_rejected.si() == Approx(10e6 + outcome.electric_power().si()).epsilon(1e-6));
}

TEST_CASE("cooling plant: outside air of 35 degC without chillers becomes the servers' air") {
  AirEconomizerConfig config;
  config.backup.share = 0;
  config.evaporative.effectiveness = 0;
  auto plant = sized<AirEconomizer>(config, 10);
  auto inputs = load(0, 9);
  inputs.weather.dry_bulb = Celsius(35);
  plant.advance(seconds(86400), inputs);
  // Fans that now run flat out warm the air a little, too.
  REQUIRE(plant.state()->room.degrees() == Approx(35).margin(0.5));
  config.evaporative.effectiveness = 0.85;
  auto wet = sized<AirEconomizer>(config, 10);
  const auto outcome = wet.advance(seconds(3600), inputs);  // 35 - 0.85 x 21 is below 24 degC
  REQUIRE(wet.state()->room.degrees() == Approx(24));
  REQUIRE(outcome.water.si() > 0);
}

TEST_CASE("cooling plant: dry winter air takes up water in the outside air's share only") {
  AirEconomizerConfig config;
  config.dew_point_min = Celsius(5);
  auto plant = sized<AirEconomizer>(config, 10);
  auto inputs = load(0, 9);
  inputs.weather.dry_bulb = Celsius(0);
  inputs.weather.wet_bulb = Celsius(-2);
  const double litres = plant.advance(seconds(3600), inputs).water.si() * 1000;
  // Saturated at 5 degC 5.42 g/kg; outside 3.24 - 0.81 = 2.40 g/kg at 0 degC over 2 K of
  // depression. Share 12 x 1006 / (36 x 1006 + 2.442e6 x 0.00302) = 0.277 of 298 kg/kWh of air.
  REQUIRE(litres / 9250 == Approx(0.277 * 298.2 * 0.00302).epsilon(0.03));
  inputs.weather.dry_bulb = Celsius(15);
  inputs.weather.wet_bulb = Celsius(13);  // damp enough, cool enough
  REQUIRE(plant.advance(seconds(3600), inputs).water.si() == 0);
}

TEST_CASE("cooling plant: chips on a shared row go down the steps and come back below") {
  ThermalProtection protection{ThermalProtectionConfig{}};
  protection.see(88, 24);
  REQUIRE(protection.clock_limit() == Approx(0.8));
  protection.see(78, 24);  // 87 - 10 is not reached
  REQUIRE(protection.clock_limit() == Approx(0.8));
  protection.see(76, 24);
  REQUIRE(protection.clock_limit() == Approx(0.9));
  protection.see(75, 24);
  REQUIRE(protection.clock_limit() == 1);
  protection.see(60, 46);  // the air alone is too warm
  REQUIRE(protection.is_too_hot());
  protection.see(60, 33);
  REQUIRE(protection.is_too_hot());
  protection.see(60, 32);
  REQUIRE_FALSE(protection.is_too_hot());
}

TEST_CASE("cooling plant: contradictions are refused by field, value and fix") {
  ChilledWaterConfig warm;
  warm.chilled_water.supply = Celsius(25);
  REQUIRE_THROWS_WITH(ChilledWater(warm),
                      Contains("chilled_water.supply (25 degC) must be below air.supply (24"));
  LiquidPlantConfig same;
  same.air_cooling = LiquidPlantConfig::AirCooling::FacilityWater;
  REQUIRE_THROWS_WITH(LiquidPlant(same), Contains("facility_water.supply (32 degC)"));
  LiquidPlantConfig wide;
  wide.facility_water.range = Kelvins(15);
  REQUIRE_THROWS_WITH(LiquidPlant(wide), Contains("facility_water.range (15 K) must be below"));
  ChilledWaterConfig cold;
  cold.protection.shutdown_temperature = Celsius(80);
  REQUIRE_THROWS_WITH(ChilledWater(cold), Contains("throttle_temperature (85 degC)"));
  ChilledWaterConfig tower;
  tower.tower.design_approach = Kelvins(1.1);
  tower.tower.design_wet_bulb = Celsius(-30);
  REQUIRE_THROWS_WITH(ChilledWater(tower), Contains("raise design_approach"));
  ChilledWaterConfig small;
  small.size.capacity = Watts(10e6);
  ChilledWater plant(small);
  REQUIRE_THROWS_WITH(plant.size_for(Watts(20e6)), Contains("at least to 2.12e+07 W"));
}
