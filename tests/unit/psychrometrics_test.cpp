// SPDX-License-Identifier: Apache-2.0
// Moist air against published values. Saturation pressures, humidity ratios and pressures are those
// of ASHRAE Handbook - Fundamentals 2017, ch. 1, tables 1 to 3 and example 1, as PsychroLib tests
// against them too (github.com/psychrometrics/psychrolib, tests/test_psychrolib_si.py).
#include "models/weather/psychrometrics.hpp"

#include <cmath>

#include "sim/core/random.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

TEST_CASE("psychrometrics: saturation pressures of ASHRAE's table 3") {
  struct Row {
    double degc;
    double pa;
  };
  for (const auto& [degc, pa] : {Row{-20, 103.24}, Row{-5, 401.74}, Row{5, 872.6}, Row{25, 3169.7},
                                 Row{50, 12351.3}, Row{100, 101418.0}}) {
    REQUIRE(saturation_pressure_pa(Celsius(degc)) == Approx(pa).epsilon(3e-4));
  }
  REQUIRE(saturation_pressure_pa(Celsius(-60)) == Approx(1.08).margin(0.01));
  // Supercooled water has the higher pressure; both meet at the triple point, 611.657 Pa.
  REQUIRE(water_saturation_pa(Celsius(-20)) == Approx(125.4).epsilon(5e-3));
  REQUIRE(water_saturation_pa(Celsius(0.01)) == Approx(611.657).epsilon(1e-4));
  REQUIRE(ice_saturation_pa(Celsius(0.01)) == Approx(611.657).epsilon(1e-4));
}

TEST_CASE("psychrometrics: humidity ratios at saturation") {
  struct Row {
    double degc;
    double ratio;
  };
  // The table's real-gas values lie up to 0.5 % above the ideal-gas equation.
  for (const auto& [degc, ratio] : {Row{-5, 0.0024863}, Row{5, 0.005425}, Row{25, 0.020173}}) {
    const double vapour = saturation_pressure_pa(Celsius(degc));
    REQUIRE(humidity_ratio(vapour, 101325) == Approx(ratio).epsilon(5e-3));
  }
  const double ratio = humidity_ratio(3169.7, 95461);
  REQUIRE(ratio == Approx(0.0213603998047487).epsilon(1e-6));
  REQUIRE(vapour_pressure_pa(ratio, 95461) == Approx(3169.7).epsilon(1e-12));
}

TEST_CASE("psychrometrics: the wet bulb is that of the published equation") {
  struct Row {
    double dry;
    double wet;
    double pressure;
    double ratio;
  };
  for (const auto& row :
       {Row{30, 25, 95461, 0.0192281274241096}, Row{-1, -5, 95461, 0.00120399819933844}}) {
    const auto ratio = humidity_ratio_of_wet_bulb(Celsius(row.dry), Celsius(row.wet), row.pressure);
    REQUIRE(ratio == Approx(row.ratio).epsilon(3e-4));
    const auto wet = wet_bulb_of_humidity_ratio(Celsius(row.dry), row.ratio, row.pressure);
    REQUIRE(wet.degrees() == Approx(row.wet).margin(0.01));
  }
  // Example 1: 40 degC and a wet bulb of 20 degC at sea level.
  const auto ratio = humidity_ratio_of_wet_bulb(Celsius(40), Celsius(20), 101325);
  REQUIRE(ratio == Approx(0.0065).margin(1e-4));
  REQUIRE(vapour_pressure_pa(ratio, 101325) / saturation_pressure_pa(Celsius(40)) ==
          Approx(0.14).margin(0.01));
  REQUIRE(dew_point(vapour_pressure_pa(ratio, 101325)).degrees() == Approx(7).margin(0.5));
  REQUIRE(enthalpy_j_per_kg(Celsius(40), ratio) == Approx(56700).margin(100));
}

TEST_CASE("psychrometrics: enthalpy and density of moist air") {
  REQUIRE(enthalpy_j_per_kg(Celsius(30), 0.02) == Approx(81316).epsilon(3e-4));
  REQUIRE(enthalpy_j_per_kg(Celsius(25), 0) == Approx(25148).epsilon(3e-4));
  REQUIRE(air_density_kg_m3(Celsius(30), 0.02, 95461) == Approx(1.08411986).epsilon(3e-4));
  REQUIRE(air_density_kg_m3(Celsius(25), 0, 101325) == Approx(1 / 0.8443).epsilon(1e-3));
}

TEST_CASE("psychrometrics: pressures of the standard atmosphere") {
  struct Row {
    double metres;
    double pa;
  };
  for (const auto& [metres, pa] : {Row{-500, 107478}, Row{0, 101325}, Row{500, 95461},
                                   Row{1000, 89875}, Row{4000, 61640}, Row{10000, 26436}}) {
    REQUIRE(standard_pressure_pa(metres) == Approx(pa).margin(1));
  }
}

TEST_CASE("psychrometrics: wet bulb and humidity are each other's inverse") {
  RandomStream random(1, 0, "test", "psychrometrics");
  for (int i = 0; i < 3000; ++i) {
    const Celsius dry(-30 + 80 * random.uniform());
    const double pressure = 60e3 + 45e3 * random.uniform();
    // Below saturation over ice: beyond, the wet bulb is the dry bulb.
    const double most = saturation_pressure_pa(dry) / water_saturation_pa(dry);
    const double humidity = most * (0.02 + 0.97 * random.uniform());
    const auto wet = wet_bulb(dry, humidity, pressure);
    INFO(dry.degrees() << " degC " << humidity << " " << pressure << " Pa");
    REQUIRE(wet <= dry);
    REQUIRE(relative_humidity_of_wet_bulb(dry, wet, pressure) == Approx(humidity).epsilon(1e-6));
    const double vapour = humidity * water_saturation_pa(dry);
    REQUIRE(water_saturation_pa(dew_point(vapour)) == Approx(vapour).epsilon(1e-9));
    if (wet.degrees() > 0.1) {
      REQUIRE(wet >= dew_point(vapour));
    }
  }
}

TEST_CASE("psychrometrics: more humidity or warmth never lowers the wet bulb") {
  for (double dry = -20; dry <= 50; dry += 2.5) {
    for (double humidity = 0.05; humidity < 0.99; humidity += 0.05) {
      const auto here = wet_bulb(Celsius(dry), humidity, 101325);
      REQUIRE(wet_bulb(Celsius(dry), humidity + 0.01, 101325) >= here);
      REQUIRE(wet_bulb(Celsius(dry + 0.1), humidity, 101325) >= here);
    }
  }
  REQUIRE(wet_bulb(Celsius(28), 1, 101325).degrees() == Approx(28).margin(1e-6));
  REQUIRE(wet_bulb(Celsius(-10), 1, 101325).degrees() == Approx(-10).margin(1e-9));
  // Thin air evaporates more easily.
  REQUIRE(wet_bulb(Celsius(30), 0.3, 80e3) < wet_bulb(Celsius(30), 0.3, 101325));
}

TEST_CASE("psychrometrics: Stull's formula agrees within a kelvin") {
  REQUIRE(stull_wet_bulb(Celsius(20), 0.5).degrees() == Approx(13.7).margin(0.05));  // his example
  for (double dry = 0; dry <= 40; dry += 2) {
    for (double humidity = 0.2; humidity < 0.96; humidity += 0.05) {
      INFO(dry << " degC " << humidity);
      REQUIRE(stull_wet_bulb(Celsius(dry), humidity).degrees() ==
              Approx(wet_bulb(Celsius(dry), humidity, 101325).degrees()).margin(1));
    }
  }
}
