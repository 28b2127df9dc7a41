// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "models/energy/power_profile.hpp"
#include "models/energy/wind_farm.hpp"
#include "tests/energy_site.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

/// Air of the density power curves are for.
Weather windy(double wind_m_s) {
  Weather weather;
  weather.dry_bulb = Celsius(15);
  weather.pressure_pa = 1.225 * 287.05 * 288.15;
  weather.wind_m_s = wind_m_s;
  return weather;
}

/// Measured at the hub itself.
WindFarmConfig lossless() {
  WindFarmConfig config;
  config.capacity = Watts(100e6);
  config.losses = 0;
  config.shear = 0;
  return config;
}

}  // namespace

TEST_CASE("wind: the reference turbine from its table") {
  const WindFarm farm(lossless());
  const auto power = [&](double wind) { return farm.power(Instant(), windy(wind)).si(); };
  REQUIRE(power(2.9) == 0);
  REQUIRE(power(3) == Approx(100e6 * 51.6203274 / 3370));
  REQUIRE(power(8.3132) == Approx(100e6 * 2063.341406 / 3370));
  REQUIRE(power(9.8127) == Approx(100e6));
  REQUIRE(power(25) == Approx(100e6));
  REQUIRE(power(25.1) == 0);
}

TEST_CASE("wind: height and thin air") {
  auto config = lossless();
  config.shear = 1.0 / 7;
  config.turbine.hub_height_m = 100;
  const WindFarm farm(config);
  const WindFarm at_hub(lossless());
  // 5 m/s at 10 m are 5 x 10^(1/7) = 6.948 m/s at 100 m.
  REQUIRE(farm.power(Instant(), windy(5)).si() ==
          Approx(at_hub.power(Instant(), windy(5 * std::pow(10, 1.0 / 7))).si()));
  config.speed_factor = 1.4;
  REQUIRE(WindFarm(config).power(Instant(), windy(5)).si() ==
          Approx(farm.power(Instant(), windy(7)).si()));
  auto thin = windy(7);
  thin.pressure_pa *= 0.729;  // 0.9 of the wind speed
  REQUIRE(at_hub.power(Instant(), thin).si() ==
          Approx(at_hub.power(Instant(), windy(6.3)).si()).epsilon(1e-9));
}

TEST_CASE("wind: a curve of one's own, and what is none") {
  auto config = lossless();
  config.turbine.curve = {{"10", 1}, {"5", 0.5}};
  REQUIRE(WindFarm(config).power(Instant(), windy(7.5)).si() == Approx(75e6));
  config.turbine.curve = {{"5 m/s", 0.5}};
  REQUIRE_THROWS_WITH(WindFarm(config), Catch::Contains("\"5 m/s\" is no wind speed"));
  config.turbine.curve = {{"5", 1.5}};
  REQUIRE_THROWS_WITH(WindFarm(config), Catch::Contains("outside 0 to 1"));
}

TEST_CASE("wind: a profile holds through its hours") {
  PowerProfileConfig config;
  config.capacity = Watts(2e6);
  PowerProfile profile(config);
  std::vector<double> shares(AnnualSeries::hours, 0);
  shares[1] = 0.25;
  opened_at_new_year(1, AnnualSeries(1, shares))(profile, "wind");
  REQUIRE(profile.power(at_s(3599), {}) == Watts(0));
  REQUIRE(profile.power(at_s(3600), {}) == Watts(0.5e6));
  REQUIRE(profile.holds_until(at_s(4000)) == at_s(7200));
}
