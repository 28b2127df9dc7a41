// SPDX-License-Identifier: Apache-2.0
// Inverse-time and instantaneous release of a breaker; times derived by hand.
#include "models/power/breaker.hpp"

#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

// H = 16 ((6 / 1.125)^2 - 1) = 439.111 s. At 225 kW r = 2 and dh/dt = 3.
constexpr double heat_at_trip_s = 439.1111111111;
constexpr double trip_at_225_kw_s = heat_at_trip_s / 3;

Breaker breaker_of_100_kw() { return {BreakerConfig{}, Watts(100e3)}; }

}  // namespace

TEST_CASE("breaker: trips after the long-time delay at six times the rating") {
  REQUIRE(*breaker_of_100_kw().time_to_trip(Watts(600e3)) == Approx(16));
}

TEST_CASE("breaker: keeps the conventional currents of IEC 60947-2") {
  const auto breaker = breaker_of_100_kw();
  REQUIRE_FALSE(breaker.time_to_trip(Watts(105e3)));
  // 439.111 / ((1.3 / 1.125)^2 - 1) = 1,309.6 s.
  REQUIRE(*breaker.time_to_trip(Watts(130e3)) == Approx(1309.57).epsilon(1e-4));
  REQUIRE(*breaker.time_to_trip(Watts(130e3)) < 7200);
}

TEST_CASE("breaker: heat adds up over overloads and cools below the pickup") {
  auto breaker = breaker_of_100_kw();
  REQUIRE(*breaker.time_to_trip(Watts(225e3)) == Approx(trip_at_225_kw_s));
  breaker.advance(100, Watts(225e3));
  REQUIRE(*breaker.time_to_trip(Watts(225e3)) == Approx(trip_at_225_kw_s - 100));
  breaker.advance(30, Watts(0));  // cools 30 of 300
  REQUIRE(*breaker.time_to_trip(Watts(225e3)) == Approx(trip_at_225_kw_s - 90));
  breaker.advance(3600, Watts(0));
  REQUIRE(*breaker.time_to_trip(Watts(225e3)) == Approx(trip_at_225_kw_s));
}

TEST_CASE("breaker: a span beyond the trip is cut there") {
  auto breaker = breaker_of_100_kw();
  breaker.advance(146, Watts(225e3));
  REQUIRE_FALSE(breaker.is_tripped());
  breaker.advance(100, Watts(225e3));
  REQUIRE(breaker.is_tripped());
  REQUIRE_FALSE(breaker.time_to_trip(Watts(225e3)));
  breaker.reset();
  // It tripped after 0.37 s of the 100 and has cooled by 99.63 s of heat.
  REQUIRE_FALSE(breaker.is_tripped());
  const double cooled_s = 100 - (trip_at_225_kw_s - 146);
  REQUIRE(*breaker.time_to_trip(Watts(225e3)) == Approx(cooled_s / 3));
}

TEST_CASE("breaker: opens at once at the instantaneous multiple") {
  auto breaker = breaker_of_100_kw();
  REQUIRE_FALSE(breaker.opens_at(Watts(999e3)));
  REQUIRE(breaker.opens_at(Watts(1000e3)));
  REQUIRE(*breaker.time_to_trip(Watts(1000e3)) == 0);
  breaker.advance(1e-3, Watts(1000e3));
  REQUIRE(breaker.is_tripped());
}

TEST_CASE("breaker: a pickup above the instantaneous release is a contradiction") {
  BreakerConfig config;
  config.pickup = 1.3;
  config.instantaneous = 1.2;
  REQUIRE(contradictions(config, "main_breaker").front() ==
          "main_breaker: pickup 1.3 is not below instantaneous 1.2: lower pickup");
}
