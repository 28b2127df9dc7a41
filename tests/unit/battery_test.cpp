// SPDX-License-Identifier: Apache-2.0
#include "models/energy/battery.hpp"

#include <cmath>

#include "tests/energy_site.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;
using Catch::Matchers::Contains;

TEST_CASE("battery: half of the loss falls on each way") {
  Battery battery(plain_battery());
  // 200 kW for an hour at sqrt(0.81) = 0.9: 180 kWh stored, 20 lost.
  const auto in = battery.advance(Instant(), seconds(3600), Watts(-200e3));
  REQUIRE(in.stored.si() == Approx(180 * kwh).epsilon(1e-12));
  REQUIRE(in.loss.si() == Approx(20 * kwh).epsilon(1e-12));
  // 162 kW for an hour takes 180 kWh out of the cells: back where it was, 0.81 of what went in.
  const auto out = battery.advance(at_s(3600), seconds(3600), Watts(162e3));
  REQUIRE(out.stored.si() == Approx(-180 * kwh).epsilon(1e-12));
  REQUIRE(out.loss.si() == Approx(18 * kwh).epsilon(1e-12));
  REQUIRE(battery.charge().si() == Approx(500 * kwh).epsilon(1e-12));
  REQUIRE(battery.cycles() == Approx(0.18).epsilon(1e-12));
}

TEST_CASE("battery: it stops at its limits, to the tick") {
  Battery battery(plain_battery());
  // 500 kWh of room at 0.9 x 500 kW: 1 h 6 min 40 s.
  const auto span = battery.time_to_limit(Watts(-500e3));
  REQUIRE(span->seconds() == Approx(4000).epsilon(1e-12));
  battery.advance(Instant(), *span, Watts(-500e3));
  REQUIRE(battery.charge() == battery.charge_max());
  REQUIRE(battery.charge_power() == Watts(0));
  REQUIRE(battery.discharge_power() == Watts(500e3));
  // 1 MWh at 500 kW / 0.9: 1 h 48 min.
  const auto empty = battery.time_to_limit(Watts(500e3));
  REQUIRE(empty->seconds() == Approx(6480).epsilon(1e-12));
  battery.advance(at_s(4000), *empty, Watts(500e3));
  REQUIRE(battery.charge() == battery.charge_min());
  REQUIRE(battery.discharge_power() == Watts(0));
  REQUIRE_FALSE(battery.time_to_limit(Watts(0)));
}

TEST_CASE("battery: it ages with time and with cycles as REopt has it") {
  auto config = plain_battery();
  config.calendar_fade = 1.16e-3;
  config.cycle_fade = 2.46e-5;
  Battery resting(config);
  // A year at half charge: 1.16e-3 x 0.5 x 365^0.428 = 0.0072 of the capacity.
  Instant now;
  for (int day = 0; day < 365; ++day) {
    resting.advance(now, seconds(86400), Watts(0));
    now += seconds(86400);
    REQUIRE(Battery::ageing_date(now - seconds(1)) == now);
    resting.age();
  }
  REQUIRE(resting.health() == Approx(1 - 1.16e-3 * 0.5 * std::pow(365, 0.428)).epsilon(1e-12));
  REQUIRE(resting.charge_max() == resting.health() * config.capacity);

  config.calendar_fade = 0;
  Battery cycled(config);
  for (int i = 0; i < 100; ++i) {
    cycled.advance(Instant(), seconds(3600), Watts(-400e3));
    cycled.advance(Instant(), seconds(3600), Watts(324e3));
  }
  REQUIRE(cycled.cycles() == Approx(36).epsilon(1e-12));
  REQUIRE(cycled.health() == Approx(1 - 36 * 2.46e-5).epsilon(1e-12));
}

TEST_CASE("battery: what a shrunken capacity cannot hold is lost in the open") {
  auto config = plain_battery();
  config.soc_initial = 1;
  config.calendar_fade = 0.01;
  Battery battery(config);
  battery.advance(Instant(), seconds(86400), Watts(0));
  const auto lost = battery.age();
  REQUIRE(lost.loss.si() == Approx(10 * kwh).epsilon(1e-9));
  REQUIRE(lost.stored == -lost.loss);
  REQUIRE(battery.charge() == battery.charge_max());
}

TEST_CASE("battery: ratings that contradict each other are told together") {
  auto config = plain_battery();
  config.inverter = Watts(400e3);
  config.c_rate = 0.25;
  config.soc_min = 0.6;
  REQUIRE_THROWS_WITH(Battery(config), Contains("power 500 kW is above the inverter's 400 kW") &&
                                           Contains("nearest: power 400 kW") &&
                                           Contains("c_rate 0.25 = 250 kW") &&
                                           Contains("capacity 2000 kWh") &&
                                           Contains("soc_initial 0.5 is outside soc_min 0.6"));
  config = plain_battery();
  config.soc_min = 1;
  REQUIRE_THROWS_WITH(Battery(config), Contains("soc_min 1 is not below soc_max 1"));
}
