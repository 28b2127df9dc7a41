// SPDX-License-Identifier: Apache-2.0
// Whole traces through a scheduler and a placement, without the engine: made-up jobs at 90 % load,
// and at 200 %, where the queue grows to the end.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "sim/core/random.hpp"
#include "tests/job_play.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

/// Sizes are powers of two up to a quarter of the nodes, run times lognormal around 40 minutes.
std::vector<JobRow> made_up(std::size_t count, std::uint32_t nodes, double load) {
  RandomStream random(1, 0, "bench", "jobs");
  std::vector<JobRow> rows(count);
  const double doublings = std::log2(nodes / 4.0);
  double work = 0;
  for (auto& row : rows) {
    row.chips = std::int64_t{1} << static_cast<int>(random.uniform() * (doublings + 1));
    row.run = job_seconds(1 + static_cast<std::int64_t>(2400 * std::exp(random.standard_normal())));
    row.estimate = row.run * static_cast<std::int64_t>(1 + random.uniform() * 5);
    row.user = std::to_string(random.next_u64() % 100);
    row.priority = static_cast<double>(random.next_u64() % 5);
    work += static_cast<double>(row.chips) * row.run.seconds();
  }
  const double gap = work / (load * nodes) / static_cast<double>(count);
  double date = 0;
  for (auto& row : rows) {
    row.submit =
        job_seconds(static_cast<std::int64_t>(date += gap * random.standard_exponential()));
  }
  return rows;
}

void play(benchmark::State& state, const char* scheduler_id, const char* placement, double load) {
  const auto nodes = static_cast<std::uint32_t>(state.range(1));
  const auto rows = made_up(static_cast<std::size_t>(state.range(0)), nodes, load);
  for (auto _ : state) {
    const auto scheduler = make_plain<JobScheduler>("scheduler", scheduler_id);
    JobPlay play(*scheduler, {{nodes, 1, 1, 32}, placement});
    play.play(rows);
    benchmark::DoNotOptimize(play.last_end);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK_CAPTURE(play, fcfs, "fcfs", "first_fit", 0.9)->Args({100'000, 10'000});
BENCHMARK_CAPTURE(play, easy, "easy", "first_fit", 0.9)
    ->Args({10'000, 1024})
    ->Args({100'000, 10'000});
BENCHMARK_CAPTURE(play, easy_overload, "easy", "first_fit", 2)->Args({100'000, 10'000});
BENCHMARK_CAPTURE(play, easy_topology, "easy", "topology_aware", 0.9)->Args({100'000, 10'000});
BENCHMARK_CAPTURE(play, priority, "priority", "first_fit", 0.9)->Args({100'000, 10'000});
BENCHMARK_CAPTURE(play, fair_share, "fair_share", "first_fit", 0.9)->Args({100'000, 10'000});
BENCHMARK_CAPTURE(play, conservative, "conservative", "first_fit", 0.9)->Args({10'000, 1024});

}  // namespace

BENCHMARK_MAIN();
