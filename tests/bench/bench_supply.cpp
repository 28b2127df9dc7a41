// SPDX-License-Identifier: Apache-2.0
// What a plant interval costs a site's energy supply: decide, advance, ask for the next event.
#include <benchmark/benchmark.h>

#include "models/energy/day_ahead_dispatch.hpp"
#include "models/energy/outages.hpp"
#include "models/energy/price_arbitrage_dispatch.hpp"
#include "models/energy/ramp_limit_dispatch.hpp"
#include "models/energy/simple_dispatch.hpp"
#include "models/energy/solar_plant.hpp"
#include "models/energy/wind_farm.hpp"
#include "tests/energy_site.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

/// Outages, generators, 40 MW of sun and 30 MW of wind, a battery of 20 MW and 40 MWh.
EnergyConfig site_with(const PluginConfig& dispatch) {
  EnergyConfig config;
  RandomOutagesConfig outages;
  outages.per_year = 10;
  config.grid.outages = model_of("random", outages);
  config.genset.emplace();
  config.genset->capacity = Watts(60e6);
  WindFarmConfig farm;
  farm.capacity = Watts(30e6);
  config.wind = model_of("turbine", farm);
  SolarPlantConfig plant;
  plant.capacity_dc = Watts(40e6);
  plant.latitude_deg = 30;
  plant.longitude_deg = 0;
  config.solar = model_of("pv", plant);
  config.battery.emplace();
  config.battery->capacity = Joules(40e3 * kwh);
  config.battery->power = Watts(20e6);
  config.dispatch = dispatch;
  return config;
}

void run(benchmark::State& state, const EnergyConfig& config) {
  std::vector<double> prices(24);
  for (std::size_t hour = 0; hour < prices.size(); ++hour) {
    prices[hour] = 0.05 + 0.01 * static_cast<double>(hour * 7 % 24);
  }
  const HourlyTariff tariff(prices);
  SiteSupply supply(config, plugin_table(), opened_at_new_year());
  SupplyInputs inputs;
  const Duration interval = seconds(300);
  Instant now;
  std::uint64_t number = 0;
  for (auto _ : state) {
    inputs.load = Watts(50e6 + 1e6 * static_cast<double>(number % 7));
    if (number % 12 == 0) {
      const auto hour = number / 12 % 24;
      inputs.weather.irradiance_w_m2 = hour > 6 && hour < 18 ? 500 : 0;
      inputs.weather.wind_m_s = 3 + static_cast<double>(hour % 9);
    }
    supply.decide(now, inputs, tariff);
    benchmark::DoNotOptimize(supply.advance(now, interval, inputs));
    now += interval;
    benchmark::DoNotOptimize(supply.next_event(now, inputs));
    ++number;
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(run, grid_only, EnergyConfig());
BENCHMARK_CAPTURE(run, self_consumption,
                  site_with(model_of("self_consumption", SelfConsumptionConfig())));
BENCHMARK_CAPTURE(run, price_arbitrage,
                  site_with(model_of("price_arbitrage", PriceArbitrageConfig())));
BENCHMARK_CAPTURE(run, ramp_limit,
                  site_with(model_of("ramp_limit",
                                     RampLimitConfig{WattsPerSecond(1e4), 0.5, Seconds(900)})));

void run_optimal(benchmark::State& state) {
  if (!BatteryPlanner::is_built()) {
    state.SkipWithError("this build has no CLP (coinor-libclp-dev)");
    return;
  }
  run(state, site_with(model_of("day_ahead_optimal", DayAheadOptimalConfig())));
}
BENCHMARK(run_optimal);

}  // namespace

BENCHMARK_MAIN();
