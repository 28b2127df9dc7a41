// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "models/energy/battery_plan.hpp"
#include "models/energy/day_ahead_dispatch.hpp"
#include "models/energy/price_arbitrage_dispatch.hpp"
#include "models/energy/ramp_limit_dispatch.hpp"
#include "models/energy/simple_dispatch.hpp"
#include "tests/energy_site.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

/// Half full, 500 kW both ways, 81 %.
DispatchView view_at(double now_s, double load_w, double renewable_w = 0) {
  DispatchView view;
  view.now = at_s(now_s);
  view.load = Watts(load_w);
  view.renewable = Watts(renewable_w);
  view.price = [](Instant) { return DollarsPerJoule(0); };
  view.charge = Joules(500 * kwh);
  view.charge_max = Joules(1000 * kwh);
  view.charge_power = Watts(500e3);
  view.discharge_power = Watts(500e3);
  view.round_trip_efficiency = 0.81;
  return view;
}

/// What a day of hourly decisions costs at the meter under a load of 1 MW.
double day_cost(SiteSupply& supply, const HourlyTariff& tariff, int hours = 24) {
  SupplyInputs inputs;
  inputs.load = Watts(1e6);
  double cost = 0;
  for (int hour = 0; hour < hours; ++hour) {
    const Instant now = at_s(hour * 3600.0);
    supply.decide(now, inputs, tariff);
    const auto out = supply.advance(now, seconds(3600), inputs);
    cost += out.import.si() * 3600 * tariff.energy_price(now).si();
  }
  return cost;
}

}  // namespace

TEST_CASE("dispatch: rest and self-consumption") {
  REQUIRE(NoDispatch({}).battery_power(view_at(0, 1e6, 2e6)) == Watts(0));
  SelfConsumption policy({});
  REQUIRE(policy.battery_power(view_at(0, 1e6, 1.2e6)).si() == Approx(-200e3));
  REQUIRE(policy.battery_power(view_at(0, 1e6, 3e6)) == Watts(-500e3));
  REQUIRE(policy.battery_power(view_at(0, 1e6, 0.9e6)).si() == Approx(100e3));
  REQUIRE(policy.battery_power(view_at(0, 1e6)) == Watts(500e3));
}

TEST_CASE("dispatch: peaks are shaved to the target and recharged below it") {
  PeakShaving policy(PeakShavingConfig{Watts(2e6)});
  REQUIRE(policy.battery_power(view_at(0, 2.3e6)).si() == Approx(300e3));
  REQUIRE(policy.battery_power(view_at(0, 1.9e6)).si() == Approx(-100e3));
  REQUIRE(policy.battery_power(view_at(0, 9e6)) == Watts(500e3));
}

TEST_CASE("dispatch: arbitrage earns what hand calculation says") {
  // Night 0.05, day 0.10, two evening hours 0.30. Empty at first: it takes 500 kW at 0.9 for 1000
  // kWh, 2 h 13 min; three cheap hours pair with three dear ones, the third at the price of the
  // day, 0.10 x 0.81 > 0.05. It could give from hour 6 on, but keeps all for the evening.
  std::vector<double> prices(24, 0.10);
  std::fill_n(prices.begin(), 6, 0.05);
  prices[18] = prices[19] = 0.30;
  const HourlyTariff tariff(prices);
  EnergyConfig config;
  config.battery = plain_battery();
  config.battery->soc_initial = 0;
  config.dispatch = model_of("price_arbitrage", PriceArbitrageConfig());
  SiteSupply supply(config, plugin_table(), opened_at_new_year());
  const double idle = 1000 * (6 * 0.05 + 16 * 0.10 + 2 * 0.30);
  REQUIRE(day_cost(supply, tariff) == Approx(idle + 1000 / 0.9 * 0.05 - 900 * 0.30));

  // (0.30 - 0.25) x 0.81 is less than 0.05: with such a margin nothing is worth it.
  PriceArbitrageConfig picky;
  picky.margin = DollarsPerJoule(0.25 / kwh);
  config.dispatch = model_of("price_arbitrage", picky);
  SiteSupply resting(config, plugin_table(), opened_at_new_year());
  REQUIRE(day_cost(resting, tariff) == Approx(idle));
}

TEST_CASE("dispatch: prices that do not beat the losses are left alone") {
  std::vector<double> prices(24, 0.10);
  prices[3] = 0.09;
  const HourlyTariff tariff(prices);
  EnergyConfig config;
  config.battery = plain_battery();
  config.dispatch = model_of("price_arbitrage", PriceArbitrageConfig());
  SiteSupply supply(config, plugin_table(), opened_at_new_year());
  day_cost(supply, tariff);
  REQUIRE(supply.battery_cycles() == 0);
}

TEST_CASE("dispatch: negative prices are bought at") {
  std::vector<double> prices(24, 0.02);
  prices[2] = -0.05;
  const HourlyTariff tariff(prices);
  EnergyConfig config;
  config.battery = plain_battery();
  config.battery->soc_initial = 0;
  config.dispatch = model_of("price_arbitrage", PriceArbitrageConfig());
  SiteSupply supply(config, plugin_table(), opened_at_new_year());
  REQUIRE(day_cost(supply, tariff, 3) == Approx(20 + 20 - 75));
}

TEST_CASE("dispatch: buying spares the demand charge where it is told to") {
  std::vector<double> prices(24, 0.10);
  prices[0] = prices[1] = 0.01;
  const HourlyTariff tariff(prices);
  auto view = view_at(0, 1e6);
  view.price = [&tariff](Instant at) { return tariff.energy_price(at); };
  PriceArbitrageConfig config;
  config.import_target = Watts(1.2e6);
  REQUIRE(PriceArbitrage(config).battery_power(view).si() == Approx(-200e3));
  view.load = Watts(1.3e6);
  REQUIRE(PriceArbitrage(config).battery_power(view) == Watts(0));
  if (BatteryPlanner::is_built()) {
    view.load = Watts(1e6);
    DayAheadOptimal optimal(DayAheadOptimalConfig{Watts(1.2e6)});
    REQUIRE(optimal.battery_power(view).si() == Approx(-200e3));
    view.load = Watts(1.15e6);  // a quarter of an hour later
    view.now = at_s(900);
    REQUIRE(optimal.battery_power(view).si() == Approx(-50e3));
  }
}

TEST_CASE("dispatch: the import follows a swinging load at its own pace") {
  RampLimit policy(RampLimitConfig{WattsPerSecond(1000), 0.5, Seconds(1e7)});
  auto view = view_at(0, 1e6);
  REQUIRE(policy.battery_power(view) == Watts(0));
  // 10 s later the load is 300 kW higher: 10 kW of it may come from the grid.
  view = view_at(10, 1.3e6);
  view.last_import = Watts(1e6);
  REQUIRE(policy.battery_power(view).si() == Approx(290e3));
  REQUIRE(policy.battery_power(view).si() == Approx(290e3));  // asked twice
  view = view_at(20, 0.9e6);
  view.last_import = Watts(1.01e6);
  REQUIRE(policy.battery_power(view).si() == Approx(-100e3));
  // Calm again, but nearly empty: it recharges as fast as the ramp allows.
  RampLimit recovering(RampLimitConfig{WattsPerSecond(1000), 0.5, Seconds(900)});
  view = view_at(0, 1e6);
  recovering.battery_power(view);
  view = view_at(10, 1e6);
  view.last_import = Watts(1e6);
  view.charge = Joules(0);
  REQUIRE(recovering.battery_power(view).si() == Approx(-10e3));
}

TEST_CASE("dispatch: the optimal plan waits for the evening") {
  if (!BatteryPlanner::is_built()) {
    REQUIRE_THROWS_WITH(DayAheadOptimal({}), Catch::Contains("coinor-libclp-dev"));
    return;
  }
  std::vector<double> prices(48, 0.10);
  std::fill_n(prices.begin(), 6, 0.05);
  prices[18] = prices[19] = 0.30;
  std::fill_n(prices.begin() + 24, 24, 0.0);  // after the day nothing has a price
  const HourlyTariff tariff(prices);
  EnergyConfig config;
  config.battery = plain_battery();
  config.battery->soc_initial = 0;
  config.dispatch = model_of("day_ahead_optimal", DayAheadOptimalConfig());
  SiteSupply supply(config, plugin_table(), opened_at_new_year());
  const double idle = 1000 * (6 * 0.05 + 16 * 0.10 + 2 * 0.30);
  REQUIRE(day_cost(supply, tariff) == Approx(idle + 1000 / 0.9 * 0.05 - 900 * 0.30));
}
