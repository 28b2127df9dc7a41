// SPDX-License-Identifier: Apache-2.0
// Cost of one solve of a cooling plant: load that changes under the same weather, weather that
// changes every hour of a year of 5-minute steps, and a plant off its set points.
#include <benchmark/benchmark.h>

#include <cmath>

#include "models/cooling/air_economizer.hpp"
#include "models/cooling/liquid_plant.hpp"
#include "models/cooling/room_plant.hpp"

using namespace tokenfab;

namespace {

constexpr double design_w = 100e6;

CoolingInputs inputs_of(double load) {
  CoolingInputs inputs;
  inputs.it_power = Watts(load * design_w);
  inputs.liquid_heat = Watts(0.85 * load * design_w);
  inputs.air_heat = Watts(0.15 * load * design_w);
  inputs.indoor_loss = Watts(0.04 * load * design_w);
  inputs.chip_power = Watts(700 * load);
  inputs.weather.dry_bulb = Celsius(28);
  inputs.weather.wet_bulb = Celsius(22);
  return inputs;
}

template <class Plant, class Config>
void changing_load(benchmark::State& state) {
  Plant plant{Config{}};
  plant.size_for(Watts(design_w));
  int i = 0;
  for (auto _ : state) {
    const auto inputs = inputs_of(0.5 + 0.4 * (i++ % 100) / 100);
    benchmark::DoNotOptimize(plant.advance(Duration::from_seconds(1), inputs));
  }
}

template <class Plant, class Config>
void year(benchmark::State& state) {
  for (auto _ : state) {
    Plant plant{Config{}};
    plant.size_for(Watts(design_w));
    for (int step = 0; step < 105'120; ++step) {
      auto inputs = inputs_of(0.5 + 0.4 * (step % 100) / 100);
      const double hour = step / 12;
      inputs.weather.dry_bulb = Celsius(12 - 15 * std::cos(hour / 1394) - 5 * std::cos(hour / 3.8));
      inputs.weather.wet_bulb = inputs.weather.dry_bulb - Kelvins(4);
      benchmark::DoNotOptimize(plant.advance(Duration::from_seconds(300), inputs));
    }
  }
}

void off_set_points(benchmark::State& state) {
  LiquidPlant plant{LiquidPlantConfig{}};
  plant.size_for(Watts(design_w));
  auto inputs = inputs_of(0.9);
  inputs.weather.dry_bulb = Celsius(40);
  for (auto _ : state) {
    benchmark::DoNotOptimize(plant.advance(Duration::from_seconds(1), inputs));
  }
}

}  // namespace

BENCHMARK(changing_load<ChilledWater, ChilledWaterConfig>);
BENCHMARK(changing_load<DryCoolerPlant, DryCoolerPlantConfig>);
BENCHMARK(changing_load<AirEconomizer, AirEconomizerConfig>);
BENCHMARK(changing_load<LiquidPlant, LiquidPlantConfig>);
BENCHMARK(year<ChilledWater, ChilledWaterConfig>)->Unit(benchmark::kMillisecond);
BENCHMARK(year<LiquidPlant, LiquidPlantConfig>)->Unit(benchmark::kMillisecond);
BENCHMARK(off_set_points);

BENCHMARK_MAIN();
