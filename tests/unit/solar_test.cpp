// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <numbers>

#include "models/energy/solar_geometry.hpp"
#include "models/energy/solar_plant.hpp"
#include "tests/energy_site.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr double degree = std::numbers::pi / 180;

SolarPlantConfig flat_megawatt() {
  SolarPlantConfig config;
  config.capacity_dc = Watts(1e6);
  config.tilt_deg = 0;
  config.degradation = 0;
  return config;
}

/// At the equator and longitude 0, on a clock of UTC from 2024-01-01.
SolarPlant placed(const SolarPlantConfig& config, double latitude_deg = 0) {
  SolarPlant plant(config);
  plant.locate(SitePlace{latitude_deg, 0});
  opened_at_new_year()(plant, "solar");
  return plant;
}

Weather sunny(double irradiance_w_m2) {
  Weather weather;
  weather.dry_bulb = Celsius(25);
  weather.wind_m_s = 0;
  weather.irradiance_w_m2 = irradiance_w_m2;
  return weather;
}

Instant noon_of(int day) { return at_s(day * 86400.0 + 12 * 3600.0); }

}  // namespace

TEST_CASE("solar: declination and equation of time through the year") {
  // Almanac: +-23.44 degrees at the solstices, 0 at the equinoxes; clocks are 14.2 min ahead of the
  // sun on 11 February and 16.4 min behind on 3 November.
  REQUIRE(solar_day(171).declination / degree == Approx(23.44).margin(0.05));
  REQUIRE(solar_day(355).declination / degree == Approx(-23.44).margin(0.05));
  REQUIRE(solar_day(79).declination / degree == Approx(0).margin(0.5));
  REQUIRE(solar_day(41).equation_of_time_min == Approx(-14.2).margin(0.3));
  REQUIRE(solar_day(306).equation_of_time_min == Approx(16.4).margin(0.3));
  // 3.4 % nearer in January, farther in July.
  REQUIRE(solar_day(3).extraterrestrial_w_m2 == Approx(1361 * 1.034).epsilon(0.002));
  REQUIRE(solar_day(184).extraterrestrial_w_m2 == Approx(1361 * 0.967).epsilon(0.002));
}

TEST_CASE("solar: directions of the sun") {
  SolarDay equinox;
  equinox.declination = 0;
  const double latitude = 40 * degree;
  const auto noon = sun_direction(equinox, latitude, 12);
  REQUIRE(noon[0] == Approx(0).margin(1e-12));
  REQUIRE(noon[1] == Approx(-std::sin(latitude)));  // due south
  REQUIRE(noon[2] == Approx(std::cos(latitude)));
  const auto dawn = sun_direction(equinox, latitude, 6);
  REQUIRE(dawn[0] == Approx(1));  // due east
  REQUIRE(dawn[2] == Approx(0).margin(1e-12));
}

TEST_CASE("solar: Erbs splits overcast, mixed and clear skies") {
  REQUIRE(diffuse_share(0) == 1);
  REQUIRE(diffuse_share(0.2) == Approx(0.982));
  // 0.9511 - 0.0802 + 1.097 - 2.07975 + 0.771 at 0.5.
  REQUIRE(diffuse_share(0.5) == Approx(0.65915).epsilon(1e-9));
  REQUIRE(diffuse_share(0.9) == 0.165);
  REQUIRE(diffuse_share(0.22) == Approx(0.9802).epsilon(0.001));  // the pieces meet
  REQUIRE(diffuse_share(0.8) == Approx(0.165).epsilon(0.01));
}

TEST_CASE("solar: a horizontal plane sees the global irradiance") {
  const auto plant = placed(flat_megawatt());
  // 500 W/m2 at 25 degC in calm air: cell at 25 + 500 (e^-3.56 + 0.003) = 40.72 degC, so 0.5 MW x
  // (1 - 0.0047 x 15.72) x 0.86 = 398.2 kW; inverter load 0.4588, efficiency 0.96 / 0.9637 x
  // (0.9858 - 0.00743 - 0.01286) = 0.96185.
  // (The light of the hour is not quite even along the path: 5e-6.)
  const double cell = 500 * (std::exp(-3.56) + 0.003);
  const double dc = 0.5e6 * (1 - 0.0047 * cell) * 0.86;
  const double load = dc / (1e6 / 1.2 / 0.96);
  const double efficiency = 0.96 / 0.9637 * (-0.0162 * load - 0.0059 / load + 0.9858);
  REQUIRE(dc == Approx(398.2e3).epsilon(1e-3));
  REQUIRE(plant.power(noon_of(80), sunny(500)).si() == Approx(dc * efficiency).epsilon(1e-4));
  REQUIRE(plant.power(noon_of(80), sunny(0)) == Watts(0));
}

TEST_CASE("solar: the inverters clip, and age takes its share") {
  auto config = flat_megawatt();
  config.dc_ac_ratio = 2;
  REQUIRE(placed(config).power(noon_of(80), sunny(1000)) == Watts(0.5e6));
  config = flat_megawatt();
  config.degradation = 0.01;
  config.age = 10 * asset_year - Seconds(noon_of(80).seconds());
  const auto fresh = placed(flat_megawatt()).power(noon_of(80), sunny(500));
  REQUIRE(placed(config).power(noon_of(80), sunny(500)) / fresh ==
          Approx(std::pow(0.99, 10)).epsilon(1e-9));
}

TEST_CASE("solar: planes that face the sun see more") {
  auto south = flat_megawatt();
  south.tilt_deg = 40;
  auto north = south;
  north.azimuth_deg = 0;
  auto tracking = flat_megawatt();
  tracking.mount = SolarMount::Tracking;
  const auto power = [](const SolarPlantConfig& config, Instant at) {
    return placed(config, 40).power(at, sunny(700)).si();
  };
  REQUIRE(power(south, noon_of(80)) > 1.1 * power(flat_megawatt(), noon_of(80)));
  REQUIRE(power(north, noon_of(80)) < 0.6 * power(flat_megawatt(), noon_of(80)));
  const Instant morning = noon_of(172) - seconds(4 * 3600);
  REQUIRE(power(tracking, morning) > 1.15 * power(flat_megawatt(), morning));
}

TEST_CASE("solar: power holds for its step") {
  const auto plant = placed(flat_megawatt());
  const Instant begin = noon_of(80);
  REQUIRE(plant.holds_until(begin) == begin + seconds(3600));
  REQUIRE(plant.power(begin, sunny(300)) == plant.power(begin + seconds(3599), sunny(300)));
}

TEST_CASE("solar: a step that does not divide a day, and a missing place") {
  auto config = flat_megawatt();
  config.step = Seconds(7000);
  REQUIRE_THROWS_WITH(SolarPlant(config), Catch::Contains("nearest: 7200 s"));
  SolarPlant plant(flat_megawatt());
  REQUIRE_THROWS_WITH(plant.locate(std::nullopt), Catch::Contains("latitude_deg"));
}
