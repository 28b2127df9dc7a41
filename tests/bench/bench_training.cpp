// SPDX-License-Identifier: Apache-2.0
// Time of a training run with failures, and of failure processes of many parts.
#include <benchmark/benchmark.h>

#include "models/training/checkpoint.hpp"
#include "tests/failure_rates.hpp"
#include "tests/training_play.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr double day_s = 86400;

/// 30 days of 16,384 H100 with Llama 3's failures, steps of 6 s, writes at 2 TB/s.
void training_month(benchmark::State& state, CheckpointMode mode) {
  const auto rates = failure_rates("llama3-h100");
  const auto step = Duration::from_seconds(6);
  CheckpointConfig config;
  config.mode = mode;
  const Bytes size = checkpoint_size(config, 405e9);
  const auto times = checkpoint_times(config, size, 16384);
  const Seconds write = size / BytesPerSecond(2e12);
  RunLedger ledger;
  for (auto _ : state) {
    ComponentFaults faults(rates);
    faults.start(2048, {1, 0, "llama", "faults"});
    const auto interval = checkpoint_interval_steps(config, checkpoint_cost(times, write),
                                                    faults.stops_per_s(2048), step);
    TrainingRun run(1'000'000'000, interval, times);
    const TrainingPlay play{step, Duration::from_seconds(write.si()), Duration::from_seconds(273)};
    play.run(run, faults, Instant(Duration::from_seconds(30 * day_s)));
    ledger = run.ledger();
  }
  state.counters["steps"] = static_cast<double>(ledger.steps);
  state.counters["checkpoints"] = static_cast<double>(ledger.checkpoints);
  state.counters["losses"] = static_cast<double>(ledger.interruptions);
}

ComponentFaultsConfig ageing_parts(FailureLaw law) {
  ComponentFaultsConfig config;
  auto& part = config.components["chip"];
  part.count = 8;
  part.process = law;
  if (law == FailureLaw::Weibull) {
    part.shape = 0.7;
    part.scale = Seconds(1000 * day_s);
  } else if (law == FailureLaw::Bathtub) {
    part.infant = WeibullConfig{0.5, Seconds(40000 * day_s)};
    part.wear_out = WeibullConfig{6, Seconds(2000 * day_s)};
    part.mtbf = Seconds(10000 * day_s);
  } else {
    part.mtbf = Seconds(1000 * day_s);
  }
  return config;
}

/// Faults of 100,000 chips, each a part, until the end of 30 days.
void chips_for_a_month(benchmark::State& state, FailureLaw law) {
  const auto config = ageing_parts(law);
  double losses = 0;
  for (auto _ : state) {
    ComponentFaults faults(config);
    faults.start(12500, {1, 0, "chips", "faults"});
    losses = 0;
    for (auto loss = faults.next(); loss->date.seconds() < 30 * day_s; loss = faults.next()) {
      ++losses;
    }
  }
  state.counters["losses"] = losses;
}

BENCHMARK_CAPTURE(training_month, sync, CheckpointMode::Sync)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(training_month, async, CheckpointMode::Async)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(chips_for_a_month, exponential, FailureLaw::Exponential)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(chips_for_a_month, weibull, FailureLaw::Weibull)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(chips_for_a_month, bathtub, FailureLaw::Bathtub)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
