// SPDX-License-Identifier: Apache-2.0
// Costs per call of the sketch and of the samplers: the innermost loops of a serving simulation.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "models/workload/length_distribution.hpp"
#include "models/workload/synthetic.hpp"
#include "sim/core/quantile_sketch.hpp"
#include "sim/core/random.hpp"

using namespace tokenfab;

namespace {

constexpr std::size_t input_count = 4096;  // a power of two; small enough for the cache

RandomStream bench_stream() { return RandomStream(1, 0, "bench", "bench"); }

std::vector<Duration> latencies() {
  auto random = bench_stream();
  std::vector<Duration> result;
  for (std::size_t i = 0; i < input_count; ++i) {
    result.push_back(Duration::from_seconds(0.05 * std::exp(random.standard_normal())));
  }
  return result;
}

QuantileSketch binned_sketch() {
  QuantileSketch sketch;
  sketch.add(Duration::from_seconds(0.05), QuantileSketch::binned_count_min);
  return sketch;
}

void sketch_add_exact(benchmark::State& state) {
  const auto values = latencies();
  QuantileSketch sketch;
  std::size_t i = 0;
  for (auto _ : state) {
    if (sketch.count() == QuantileSketch::binned_count_min - 1) {
      sketch = QuantileSketch();
    }
    sketch.add(values[i++ % input_count]);
  }
}
BENCHMARK(sketch_add_exact);

void sketch_add_binned(benchmark::State& state) {
  const auto values = latencies();
  auto sketch = binned_sketch();
  std::size_t i = 0;
  for (auto _ : state) {
    sketch.add(values[i++ % input_count], 3);
  }
}
BENCHMARK(sketch_add_binned);

/// A progression of 40 values across the given span of its first value, in 1/10000.
void sketch_add_progression(benchmark::State& state) {
  const auto values = latencies();
  std::vector<Duration> steps;
  for (const auto value : values) {
    steps.push_back(value * state.range(0) / (10'000 * 40));
  }
  auto sketch = binned_sketch();
  std::size_t i = 0;
  for (auto _ : state) {
    const std::size_t k = i++ % input_count;
    sketch.add_progression(values[k], steps[k], 40, 8);
  }
}
BENCHMARK(sketch_add_progression)->Arg(1)->Arg(5)->Arg(20)->Arg(100);

void sketch_fold(benchmark::State& state) {
  const auto values = latencies();
  for (auto _ : state) {
    QuantileSketch sketch;
    for (std::uint64_t i = 0; i < QuantileSketch::binned_count_min; ++i) {
      sketch.add(values[i % input_count]);
    }
    benchmark::DoNotOptimize(sketch.count());
  }
}
BENCHMARK(sketch_fold)->Unit(benchmark::kMillisecond);

void sketch_quantiles(benchmark::State& state) {
  auto random = bench_stream();
  QuantileSketch sketch;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    sketch.add(Duration::from_seconds(0.05 * std::exp(random.standard_normal())));
  }
  const std::vector<double> qs = {0.5, 0.9, 0.95, 0.99};
  for (auto _ : state) {
    benchmark::DoNotOptimize(sketch.quantiles_s(qs));
  }
}
BENCHMARK(sketch_quantiles)
    ->Arg(10'000)
    ->Arg(999'999)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMicrosecond);

void random_uniform(benchmark::State& state) {
  auto random = bench_stream();
  for (auto _ : state) {
    benchmark::DoNotOptimize(random.uniform());
  }
}
BENCHMARK(random_uniform);

void random_exponential(benchmark::State& state) {
  auto random = bench_stream();
  for (auto _ : state) {
    benchmark::DoNotOptimize(random.standard_exponential());
  }
}
BENCHMARK(random_exponential);

void random_normal(benchmark::State& state) {
  auto random = bench_stream();
  for (auto _ : state) {
    benchmark::DoNotOptimize(random.standard_normal());
  }
}
BENCHMARK(random_normal);

/// The shape in percent.
void random_gamma(benchmark::State& state) {
  auto random = bench_stream();
  const GammaSampler gamma(static_cast<double>(state.range(0)) / 100);
  for (auto _ : state) {
    benchmark::DoNotOptimize(gamma.sample(random));
  }
}
BENCHMARK(random_gamma)->Arg(2)->Arg(25)->Arg(400);

void random_gamma_exact(benchmark::State& state) {
  auto random = bench_stream();
  for (auto _ : state) {
    benchmark::DoNotOptimize(gamma_quantile(0.25, random.uniform()));
  }
}
BENCHMARK(random_gamma_exact);

void gamma_table(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(GammaSampler(static_cast<double>(state.range(0)) / 100));
  }
}
BENCHMARK(gamma_table)->Arg(2)->Arg(25)->Arg(400)->Unit(benchmark::kMillisecond);

void arrival_gap(benchmark::State& state) {
  auto random = bench_stream();
  const ArrivalProcess arrivals(PerSecond(100), static_cast<double>(state.range(0)) / 100);
  for (auto _ : state) {
    benchmark::DoNotOptimize(arrivals.next_gap(random));
  }
}
BENCHMARK(arrival_gap)->Arg(25)->Arg(100);

void sample_length(benchmark::State& state, const LengthDistribution& distribution) {
  auto random = bench_stream();
  for (auto _ : state) {
    benchmark::DoNotOptimize(distribution.sample(random));
  }
}

void length_uniform(benchmark::State& state) {
  sample_length(state, UniformLength({.low = 100, .high = 5000}));
}
BENCHMARK(length_uniform);

void length_lognormal(benchmark::State& state) {
  sample_length(state, LognormalLength({.median = 500, .sigma = 1, .max = 8192, .min = 1}));
}
BENCHMARK(length_lognormal);

void length_quantiles(benchmark::State& state) {
  QuantileLengthConfig config;
  for (int i = 0; i <= 20; ++i) {
    config.points[fmt::format("{}", i / 20.0)] = 10 + i * i * 10;
  }
  sample_length(state, QuantileLength(config));
}
BENCHMARK(length_quantiles);

}  // namespace

BENCHMARK_MAIN();
