// SPDX-License-Identifier: Apache-2.0
// Plants under a load that is given, worked out by hand.
#include "tests/property/given_load.hpp"

#include <sstream>

#include "models/chip/clock.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr double look_s = 0.003;  // of a blackout: plants look every millisecond

/// Lossless; its battery carries 7 kW for 60 s, 4 kW for 105 s; it is charged with 700 W.
std::string ups(const std::string& more = "") {
  return R"({"model": "conversion_chain", "ups": {"no_load": 0, "proportional": 0, "square": 0},
  "battery": {"autonomy": "60 s", "round_trip_efficiency": 1})" +
         more + "}";
}

std::string outage(double at_s, double duration_s) {
  return fmt::format(R"(, "outages": {{"model": "scheduled", "outages": {{
  "o": {{"at": "{} s", "duration": "{} s"}}}}}})",
                     at_s, duration_s);
}

ClockLevel level_at_most(double clock, double power) {
  ClockLevel best{0, 0};
  auto config = chip("h100-sxm");
  config.power_idle = Watts(100);
  for (const auto& level : clock_levels(config)) {
    if (level.clock <= clock + 1e-9 && level.dynamic_power <= power) {
      best = level;
    }
  }
  return best;
}

}  // namespace

TEST_CASE("given load: energy, tokens, PUE, money and carbon of two hours") {
  GivenLoad load;
  load.cooling = R"({"model": "constant_pue", "pue": 1.25})";
  const auto run = played(load);
  REQUIRE(of(run, "energy_it_j") == Approx(28.8e6).epsilon(1e-12));
  REQUIRE(of(run, "energy_site_j") == Approx(36e6).epsilon(1e-12));
  REQUIRE(of(run, "pue") == Approx(1.25).epsilon(1e-12));
  REQUIRE(of(run, "input_tokens") == 3'600'000);
  REQUIRE(of(run, "output_tokens") == 1'080'000);
  REQUIRE(cost(run, "grid energy") == Approx(3.6).epsilon(1e-12));
  REQUIRE(of(run, "carbon_kg") == Approx(3.6).epsilon(1e-12));
  REQUIRE(of(run, "peak_site_power_w") == Approx(5000).epsilon(1e-12));
  REQUIRE(of(run, "min_site_power_w") == Approx(5000).epsilon(1e-12));
}

TEST_CASE("given load: a UPS rides through, the racks go dark, nodes start again") {
  // Dark from 600 + 105 to 900 s, starting for 100 s at idle, charging 420 kJ for 600 s.
  GivenLoad load;
  load.horizon_s = 1800;
  load.power = ups();
  load.grid = outage(600, 300);
  load.site = R"("restart_time": "100 s",)";
  const auto run = played(load);
  REQUIRE(of(run, "grid_outage_s") == Approx(300));
  REQUIRE(of(run, "dark_s") == Approx(195).margin(look_s));
  REQUIRE(of(run, "blackouts") == 1);
  REQUIRE(std::isnan(of(run, "breaker_trips")));
  REQUIRE(of(run, "energy_it_j") == Approx(4e3 * 1505 + 1e3 * 100).margin(4e3 * look_s));
  REQUIRE(of(run, "energy_import_j") == Approx(of(run, "energy_it_j")).epsilon(1e-9));
  REQUIRE(of(run, "output_tokens") == Approx(150 * 1505).margin(1));
  REQUIRE(of(run, "peak_site_power_w") == Approx(4000));  // charging is stored, not used
  REQUIRE(of(run, "peak_import_power_w") == Approx(4700));
}

TEST_CASE("given load: an outage that the UPS outlasts is not felt") {
  GivenLoad load;
  load.horizon_s = 1800;
  load.power = ups();
  load.grid = outage(600, 104);
  const auto run = played(load);
  REQUIRE(std::isnan(of(run, "blackouts")));
  REQUIRE(of(run, "energy_it_j") == Approx(4e3 * 1800));
  REQUIRE(of(run, "output_tokens") == 150 * 1800);
}

TEST_CASE("given load: generators that start in time carry the load and charge the UPS") {
  // The UPS gives 4 kW for 50 s; 700 W do not charge these 200 kJ within the other 250 s.
  GivenLoad load;
  load.horizon_s = 1800;
  load.power = ups();
  load.grid = outage(600, 300);
  load.energy = R"(, "genset": {"capacity": "10 kW", "start_time": "50 s"})";
  const auto run = played(load);
  REQUIRE(std::isnan(of(run, "blackouts")));
  REQUIRE(of(run, "generator_starts") == 1);
  REQUIRE(of(run, "energy_genset_j") == Approx(4700.0 * 250));
  REQUIRE(of(run, "energy_import_j") == Approx(4e3 * 1500 + 700 * (200e3 / 700 - 250)));
}

TEST_CASE("given load: without fans the room warms until the servers switch off") {
  // 4 kW into 0.5 J/K/W x 7 kW: 8/7 K/s. 21 K above 24 degC it is 45 degC: so much heat has come,
  // however the clocks fell meanwhile. The chips are 20 K warmer than the room: they slow down at
  // 60 degC, 14 s after the fans.
  GivenLoad load;
  load.horizon_s = 300;
  load.interval = "1 s";
  load.cooling = R"({"model": "air_economizer", "air": {"heat_capacity": "0.5 J/K/W",
  "supply": "24 degC"}, "size": {"capacity": "7 kW", "loss_share": 0, "auxiliary_share": 0},
  "backup": {"share": 0},
  "protection": {"chip_resistance": "0.05 K/W", "throttle_temperature": "60 degC",
    "shutdown_temperature": "90 degC", "room_shutdown_temperature": "45 degC"}})";
  load.site = R"("plant_faults": {"f": {"component": "fans", "at": "100 s"}},)";
  load.output = R"(, "output": {"series": "1 s"})";
  const auto run = played(load);
  REQUIRE(of(run, "thermal_shutdowns") == 1);
  REQUIRE(of(run, "energy_it_j") == Approx(4e3 * 100 + 21 * 0.5 * 7e3).epsilon(1e-6));
  REQUIRE(of(run, "room_temperature_max_degc") == Approx(45).epsilon(1e-6));
  std::istringstream rows(run.series);
  std::string row;
  std::getline(rows, row);
  const auto clock_column = [&] {
    std::istringstream names(row);
    std::size_t column = 0;
    for (std::string name; std::getline(names, name, ',') && name != "clock";) {
      ++column;
    }
    return column;
  }();
  double slow_from = 0;
  while (slow_from == 0 && std::getline(rows, row)) {
    std::istringstream cells(row);
    std::string cell;
    std::getline(cells, cell, ',');
    const double end = std::stod(cell);
    for (std::size_t i = 0; i < clock_column; ++i) {
      std::getline(cells, cell, ',');
    }
    slow_from = std::stod(cell) < 1 - 1e-6 ? end - 1 : 0;
  }
  REQUIRE(slow_from == 114);
}

TEST_CASE("given load: breakers of half the design power trip when the curve says") {
  // 5.5 kW on 3.5 kW: r = 5.5 / (1.125 x 3.5), after 16 ((6 / 1.125)^2 - 1) / (r^2 - 1) s.
  GivenLoad load;
  load.utilization = 0.75;
  load.horizon_s = 500;
  load.power = R"({"model": "conversion_chain", "rack_breakers": {}, "oversubscription": 2})";
  const auto run = played(load);
  const double r = 5.5 / (1.125 * 3.5);
  const double trip_s = 16 * (36 / (1.125 * 1.125) - 1) / (r * r - 1);
  REQUIRE(trip_s == Approx(461.68).margin(0.01));
  REQUIRE(of(run, "blackouts") == 1);
  REQUIRE(of(run, "breaker_trips") == 1);
  REQUIRE(of(run, "dark_s") == Approx(500 - trip_s).margin(look_s));
}

TEST_CASE("given load: UPS units that are lost are no breaker, and one blackout") {
  GivenLoad load;
  load.horizon_s = 600;
  load.power = ups();
  load.site = R"("plant_faults": {"f": {"component": "ups", "at": "100 s", "duration": "200 s"}},
  "restart_time": "50 s",)";
  const auto run = played(load);
  REQUIRE(of(run, "blackouts") == 1);
  REQUIRE(std::isnan(of(run, "breaker_trips")));
  REQUIRE(of(run, "dark_s") == Approx(200).margin(look_s));
}

TEST_CASE("given load: a cap takes the clock to the highest level that keeps it") {
  // 2 kW above idle of 3 at full clock, from the second interval on.
  GivenLoad load;
  load.site = R"("control": {"model": "power_cap", "site_power_cap": "3 kW"},)";
  const auto run = played(load);
  const auto level = level_at_most(1, 2.0 / 3);
  REQUIRE(level.clock < 0.9);
  REQUIRE(of(run, "energy_it_j") ==
          Approx(4e3 * 10 + (1e3 + 3e3 * level.dynamic_power) * 7190).epsilon(1e-9));
  REQUIRE(of(run, "output_tokens") == Approx(150 * (10 + level.clock * 7190)).margin(1));
  REQUIRE(of(run, "clock_mean") == Approx((10 + level.clock * 7190) / 7200));
}

TEST_CASE("given load: demand response holds for its event and no longer") {
  GivenLoad load;
  load.site = R"("control": {"model": "demand_response", "events": {
  "e": {"start": "605 s", "duration": "600 s", "clock": 0.7}}},)";
  const auto run = played(load);
  const auto level = level_at_most(0.7, 1);
  REQUIRE(of(run, "energy_it_j") ==
          Approx(4e3 * 6600 + (1e3 + 3e3 * level.dynamic_power) * 600).epsilon(1e-9));
  REQUIRE(of(run, "output_tokens") == Approx(150 * (6600 + level.clock * 600)).margin(1));
}

TEST_CASE("given load: a battery buys in the morning and gives in the afternoon") {
  GivenLoad load;
  load.horizon_s = 86400;
  load.interval = "5 min";
  load.tariff = R"({"model": "time_of_use", "periods": {
  "low": {"price": "0.1 USD/kWh", "hours": "0-12"},
  "high": {"price": "0.3 USD/kWh", "hours": "12-24"}}})";
  load.energy =
      R"(, "battery": {"capacity": "10 kWh", "power": "2 kW", "soc_min": 0, "soc_initial": 0,
  "round_trip_efficiency": 1, "calendar_fade": 0, "cycle_fade": 0},
  "dispatch": {"model": "price_arbitrage"})";
  const auto run = played(load);
  REQUIRE(cost(run, "grid energy") == Approx(58 * 0.1 + 38 * 0.3).epsilon(1e-9));
  REQUIRE(of(run, "battery_cycles") == Approx(1).epsilon(1e-9));
  REQUIRE(of(run, "energy_import_j") == Approx(96 * kwh).epsilon(1e-9));
}

TEST_CASE("given load: contracts match hour by hour, and what is too much is lost") {
  // Wind far above rated speed: the whole capacity at all times.
  for (const auto& [capacity_kw, left] : {std::pair{2, 0.5}, std::pair{8, 0.0}}) {
    GivenLoad load;
    load.weather = R"({"model": "constant", "dry_bulb": "20 degC", "wind_m_s": 14})";
    load.energy = fmt::format(R"(, "contracts": {{"w": {{"price": "0.72 USD/kWh",
  "wind": {{"model": "turbine", "capacity": "{} kW", "losses": 0}}}}}})",
                              capacity_kw);
    const auto run = played(load);
    REQUIRE(of(run, "carbon_kg") == Approx(2.88));
    REQUIRE(of(run, "carbon_hourly_matched_kg") == Approx(2.88 * left).margin(1e-12));
    // Paid beyond the market's 0.36 for all that it makes.
    REQUIRE(cost(run, "renewable contracts") == Approx(capacity_kw * 2 * 0.36));
  }
}

TEST_CASE("given load: own wind beyond the load is sold") {
  GivenLoad load;
  load.weather = R"({"model": "constant", "dry_bulb": "20 degC", "wind_m_s": 14})";
  load.tariff = R"({"model": "time_of_use", "periods": {
  "all": {"price": "0.1 USD/kWh", "sell_price": "0.05 USD/kWh", "hours": "0-24"}}})";
  load.energy = R"(, "wind": {"model": "turbine", "capacity": "6 kW", "losses": 0})";
  const auto run = played(load);
  REQUIRE(of(run, "energy_export_j") == Approx(2 * 2 * kwh));
  REQUIRE(cost(run, "energy sold") == Approx(-4 * 0.05));
  REQUIRE(cost(run, "grid energy") == Approx(0).margin(1e-12));
  REQUIRE(of(run, "renewable_share") == Approx(1));
}
