// SPDX-License-Identifier: Apache-2.0
// Equipment of cooling plants against published points.
#include <cmath>

#include "models/cooling/chiller.hpp"
#include "models/cooling/dry_cooler.hpp"
#include "models/cooling/flow.hpp"
#include "models/cooling/heat_exchanger.hpp"
#include "models/cooling/moist_air.hpp"
#include "models/cooling/tower.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

Weather weather_of(double dry_bulb, double wet_bulb) {
  Weather weather;
  weather.dry_bulb = Celsius(dry_bulb);
  weather.wet_bulb = Celsius(wet_bulb);
  return weather;
}

/// COP of one machine of 5.5 at the reference point, at that share of its capacity there.
double cop(double water, double condenser, double part_load) {
  ChillerConfig config;
  config.cop = 5.5;
  const Chillers chiller(config);
  const ChillerPoint point = chiller.at(water, condenser);
  const double heat = part_load * 1e6 * point.capacity;
  return heat / chiller.power_w(heat, point, 1e6, 1);
}

}  // namespace

TEST_CASE("cooling: the chiller's curves give the published points") {
  // EnergyPlus, DOE-2 centrifugal 5.50 COP.
  REQUIRE(cop(6.67, 29.4, 1) == Approx(5.505).margin(5e-4));
  REQUIRE(cop(6.67, 24, 1) == Approx(6.183).margin(5e-4));
  REQUIRE(cop(10, 24, 1) == Approx(6.482).margin(5e-4));
  REQUIRE(cop(10, 24, 0.5) == Approx(6.541).margin(5e-4));
  REQUIRE(cop(10, 35, 1) == Approx(5.204).margin(5e-4));
  REQUIRE(cop(6.67, 35, 1) == Approx(4.814).margin(5e-4));
  REQUIRE(cop(6.67, 35, 0.25) == Approx(3.644).margin(5e-4));
}

TEST_CASE("cooling: beyond its curves a chiller keeps its share of Carnot, marked") {
  const Chillers chiller{ChillerConfig{}};
  REQUIRE_FALSE(chiller.at(10, 24).is_beyond);
  REQUIRE(chiller.at(18, 24).is_beyond);
  // Continuous at the edge.
  REQUIRE(chiller.at(10 + 1e-9, 30).energy_ratio == Approx(chiller.at(10, 30).energy_ratio));
  REQUIRE(chiller.at(8, 35 + 1e-9).capacity == Approx(chiller.at(8, 35).capacity));
  // Water of 18 degC, condenser 24 degC: Carnot between 16 and 31 degC against 8 and 31 degC.
  const double gain = (289.15 / 15.0) / (281.15 / 23.0);
  REQUIRE(chiller.at(18, 24).energy_ratio == Approx(chiller.at(10, 24).energy_ratio / gain));
  // The polynomial would have turned round and claimed a worse machine at warmer water.
  for (double water = 6; water < 30; water += 0.5) {
    REQUIRE(chiller.at(water + 0.5, 30).energy_ratio < chiller.at(water, 30).energy_ratio);
  }
}

TEST_CASE("cooling: machines in parallel run in the number that takes the least power") {
  ChillerConfig config;
  config.cop = 5.5;
  const Chillers chillers(config);
  const ChillerPoint point = chillers.at(6.67, 29.4);
  const double unit = 1e6;
  const auto with = [&](double heat, double machines) {
    const double load = heat / machines / (unit * point.capacity);
    return machines * unit * point.capacity * point.energy_ratio *
           (0.222903 + 0.313387 * load + 0.463710 * load * load);
  };
  for (double heat = 0.5e6; heat < 3.9e6; heat += 0.1e6) {
    double best = 1e99;
    for (int machines = 1; machines <= 4; ++machines) {
      if (heat <= machines * unit * point.capacity) {
        best = std::min(best, with(heat, machines));
      }
    }
    REQUIRE(chillers.power_w(heat, point, unit, 4) == Approx(best).epsilon(1e-12));
  }
}

TEST_CASE("cooling: the tower's approach is YorkCalc's") {
  REQUIRE(YorkCalc(25.6, 5.56).approach_k(1) == Approx(3.83).margin(5e-3));
  REQUIRE(YorkCalc(15, 5.56).approach_k(1) == Approx(6.33).margin(5e-3));
  REQUIRE(YorkCalc(5, 5.56).approach_k(1) == Approx(9.38).margin(5e-3));
  REQUIRE(YorkCalc(25.6, 5.56).approach_k(1.25) == Approx(5.04).margin(5e-3));
  const YorkCalc curve(12, 7);
  REQUIRE(curve.ratio(curve.approach_k(0.8)) == Approx(0.8).epsilon(1e-12));
}

TEST_CASE("cooling: no tower beats the wet bulb, and more heat is warmer water") {
  Tower tower{TowerConfig{}};
  for (double wet = -30; wet < 34; wet += 2.3) {
    tower.prepare(weather_of(wet + 4, wet));
    REQUIRE(tower.is_beyond() == (wet > 26.7));
    REQUIRE(tower.share_at(wet) == Approx(0).margin(1e-12));
    double last = wet;
    for (double share = 0.05; share < 1.25; share += 0.05) {
      const double water = tower.water_degc(share);
      REQUIRE(water >= wet + 1.1 - 1e-9);
      REQUIRE(water >= last);
      last = water;
    }
  }
  // At the design point it takes the design heat.
  tower.prepare(weather_of(32, 25.6));
  REQUIRE(tower.share_at(25.6 + 3.9) == Approx(1));
}

TEST_CASE("cooling: a tower evaporates what its heat can evaporate, less in the cold") {
  Tower tower{TowerConfig{}};
  TowerConfig once_through;
  once_through.cycles_of_concentration = 50;
  once_through.drift_share = 0;
  const double all_latent = 1 / latent_heat_j_kg / water_density_kg_m3;
  Tower dry_blowdown(once_through);
  double last = 0;
  for (double wet = -10; wet < 30; wet += 5) {
    dry_blowdown.prepare(weather_of(wet + 3, wet));
    const double used = dry_blowdown.water_m3_j() * 49.0 / 50.0;
    REQUIRE(used > last);
    REQUIRE(used < all_latent * 1.02);
    last = used;
  }
  // About 1.5 L/kWh with all heat latent; cycles of 5 add a quarter.
  tower.prepare(weather_of(30, 25));
  REQUIRE(tower.water_m3_j() * 3.6e6 * 1000 == Approx(1.6).epsilon(0.1));
}

TEST_CASE("cooling: dry coolers follow the air, adiabatic pads the wet bulb") {
  DryCoolerConfig config;
  config.approach = Kelvins(6);
  DryCooler dry(config);
  dry.prepare(weather_of(30, 20));
  REQUIRE(dry.limits(36, 1e6).capacity_w == Approx(1e6));
  REQUIRE(dry.limits(33, 1e6).capacity_w == Approx(0.5e6));
  REQUIRE(dry.limits(27, 1e6).capacity_w == Approx(-0.5e6));
  REQUIRE(dry.limits(36, 1e6).water_m3_j == 0);
  config.pad_effectiveness = 0.8;
  DryCooler wet(config);
  wet.prepare(weather_of(30, 20));
  REQUIRE(wet.air_degc() == Approx(22));
  // 8 K of cooling in air that warms by 10 K: 0.8 of the heat goes into evaporation.
  REQUIRE(wet.limits(28, 1e6).water_m3_j == Approx(0.8 / latent_heat_j_kg / water_density_kg_m3));
  wet.prepare(weather_of(15, 5));  // too cool for the pads
  REQUIRE(wet.air_degc() == 15);
}

TEST_CASE("cooling: fans and pumps follow their published curves") {
  REQUIRE(fan_appendix_g.at(1) == Approx(1).epsilon(2e-3));
  REQUIRE(fan_appendix_g.at(0.5) == Approx(0.30).margin(5e-3));
  REQUIRE(fan_vsd_only.at(0.5) == Approx(0.274).margin(5e-3));
  // 486 Pa, efficiency 0.7, 12 K: a cubic metre carries 1.18 x 1006 x 12 = 14.2 kJ and takes 694 J.
  REQUIRE(air_fan_share(486, 0.7, 12) == Approx(694.3 / 14245).epsilon(1e-3));
  REQUIRE(water_pump_share(300e3, 0.75, 10) == Approx(400e3 / (996 * 4180 * 10.0)));
  REQUIRE(cycled_power(fan_appendix_g, 0.05, 0.1) == Approx(fan_appendix_g.at(0.1) / 2));
}

TEST_CASE("cooling: heat exchangers by effectiveness and transfer units") {
  // Counterflow, N = 2, equal flows: 2/3 (Incropera, fig. 11.11).
  REQUIRE(effectiveness(2, 1) == Approx(2.0 / 3));
  REQUIRE(effectiveness(2, 0.5) == Approx((1 - std::exp(-1.0)) / (1 - 0.5 * std::exp(-1.0))));
  REQUIRE(effectiveness(1.5, 1 - 1e-10) == Approx(effectiveness(1.5, 1 - 1e-8)));
}

TEST_CASE("cooling: moist air against ASHRAE's tables") {
  // ASHRAE Fundamentals 2017, ch. 1, table 2: humidity ratio and enthalpy at saturation, 101325 Pa.
  REQUIRE(saturated_humidity(20, 101325) == Approx(0.014758).epsilon(0.01));
  REQUIRE(saturated_humidity(30, 101325) == Approx(0.027329).epsilon(0.01));
  REQUIRE(enthalpy_j_kg(20, saturated_humidity(20, 101325)) == Approx(57555).epsilon(0.01));
  REQUIRE(saturated_temperature_degc(enthalpy_j_kg(20, saturated_humidity(20, 101325)), 101325) ==
          Approx(20).margin(1e-6));
  REQUIRE(dew_point_degc(saturated_humidity(12, 101325), 101325) == Approx(12).margin(1e-6));
  REQUIRE(dew_point_degc(humidity(30, 20, 101325), 101325) == Approx(14.9).margin(0.2));
}
