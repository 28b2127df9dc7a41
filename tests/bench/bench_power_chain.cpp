// SPDX-License-Identifier: Apache-2.0
// Speed of the power chain: one solve per plant interval.
#include <benchmark/benchmark.h>

#include "models/power/conversion_chain.hpp"

using namespace tokenfab;

namespace {

/// Every stage, a battery and both breakers; the UPS by published points.
ConversionChain whole_chain() {
  ConversionChainConfig config;
  config.transformer.emplace().square = 0.01;
  config.switchgear.emplace().square = 0.002;
  config.ups.emplace().efficiency = {{"0.25", 0.939}, {"0.5", 0.959}, {"0.75", 0.96}, {"1", 0.96}};
  config.ups->redundancy = Redundancy::TwoN;
  config.distribution.emplace().square = 0.005;
  config.battery.emplace();
  config.main_breaker.emplace();
  config.rack_breakers.emplace();
  ConversionChain chain(config);
  chain.size_for(Watts(20e6), Watts(4e6));
  return chain;
}

/// As the plant does it: what is lost indoors, whether it can cool, then the stretch itself.
void solve(benchmark::State& state) {
  auto chain = whole_chain();
  const auto span = Duration::from_seconds(300);
  double racks_w = 0;
  for (auto _ : state) {
    racks_w = racks_w > 20e6 ? 0 : racks_w + 1e4;
    const ChainInputs inputs{Watts(racks_w), Watts(2e6)};
    benchmark::DoNotOptimize(chain.indoor_loss(inputs));
    benchmark::DoNotOptimize(chain.can_cool(inputs));
    benchmark::DoNotOptimize(chain.advance(span, inputs));
  }
}
BENCHMARK(solve)->Name("power chain: a stretch");

void advance(benchmark::State& state) {
  auto chain = whole_chain();
  const auto span = Duration::from_seconds(300);
  double racks_w = 0;
  for (auto _ : state) {
    racks_w = racks_w > 20e6 ? 0 : racks_w + 1e4;
    benchmark::DoNotOptimize(chain.advance(span, {Watts(racks_w), Watts(2e6)}));
  }
}
BENCHMARK(advance)->Name("power chain: advance");

}  // namespace

BENCHMARK_MAIN();
