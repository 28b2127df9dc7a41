// SPDX-License-Identifier: Apache-2.0
// How many runs of a sweep a second are kept, read and merged: each of 150 metrics, 24 lines of
// cost and 12 of energy, as of a factory with two pools. Prints bytes per run too.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <filesystem>
#include <numeric>

#include "sim/database/sweep_csv.hpp"
#include "sim/database/sweep_merge.hpp"
#include "sim/metrics/declarations.hpp"
#include "tests/sweep_samples.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

RunAnswer large_answer(std::int64_t run) {
  RandomStream random(1, 0, "bench", "database");
  RunAnswer answer;
  answer.scenario_sha256 = fmt::format("{:064x}", run);
  const auto declared = metric_declarations();
  for (std::size_t i = 0; i < 75; ++i) {
    answer.metrics.emplace_back(declared[i].name, random.uniform());
  }
  for (const auto* pool : {"services/chat/", "pools/chat/prefill/", "pools/chat/decode/"}) {
    for (std::size_t i = 0; i < 25; ++i) {
      answer.metrics.emplace_back(pool + std::string(declared[2 * i].name), random.uniform());
    }
  }
  for (int i = 0; i < 24; ++i) {
    answer.costs.push_back({"infrastructure", fmt::format("an item {}", i), "site", 1.0 + i});
  }
  for (int i = 0; i < 12; ++i) {
    answer.energies.push_back({"site", fmt::format("an item {}", i), 1.5 + i});
  }
  return answer;
}

SweepDescription description_of_runs(std::int64_t runs) {
  auto description = sample_description(1);
  description.points = runs;
  return description;
}

void fill(const std::string& path, std::int64_t runs, std::int64_t shards, std::int64_t shard,
          bool commits_each = false) {
  auto database = SweepDatabase::create(path, description_of_runs(runs));
  auto answer = large_answer(0);
  for (auto run = shard; run < runs; run += shards) {
    auto place = sample_run(database.description(), run % 12);
    place.run = run;
    place.point = run;
    answer.metrics[9].second = static_cast<double>(run);
    database.add(place, answer);
    if (commits_each) {
      database.commit();
    }
  }
  database.commit();
}

void add(benchmark::State& state) {
  const auto runs = state.range(0);
  double bytes = 0;
  for (auto _ : state) {
    const ScratchFolder folder;
    fill(folder.file("x"), runs, 1, 0, state.range(1) != 0);
    bytes = static_cast<double>(std::filesystem::file_size(folder.file("x")));
  }
  state.SetItemsProcessed(state.iterations() * runs);
  state.counters["bytes_per_run"] = bytes / static_cast<double>(runs);
}

void read_csv(benchmark::State& state) {
  const auto runs = state.range(0);
  const ScratchFolder folder;
  fill(folder.file("x"), runs, 1, 0);
  for (auto _ : state) {
    std::size_t size = 0;
    write_sweep_csv(SweepDatabase::open(folder.file("x")),
                    [&size](std::string_view part) { size += part.size(); });
    benchmark::DoNotOptimize(size);
  }
  state.SetItemsProcessed(state.iterations() * runs);
}

void merge(benchmark::State& state) {
  const auto runs = state.range(0);
  const ScratchFolder folder;
  std::vector<std::string> parts;
  for (std::int64_t shard = 0; shard < 8; ++shard) {
    parts.push_back(folder.file(fmt::format("{}", shard)));
    fill(parts.back(), runs, 8, shard);
  }
  double bytes = 0;
  for (auto _ : state) {
    merge_sweeps(folder.file("out"), parts);
    bytes = static_cast<double>(std::filesystem::file_size(folder.file("out")));
    std::filesystem::remove(folder.file("out"));
  }
  state.SetItemsProcessed(state.iterations() * runs);
  state.counters["bytes_per_run"] = bytes / static_cast<double>(runs);
}

}  // namespace

BENCHMARK(add)
    ->ArgNames({"runs", "commit_each"})
    ->Args({10'000, 0})
    ->Args({10'000, 1})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(read_csv)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK(merge)->Arg(10'000)->Unit(benchmark::kMillisecond);

BENCHMARK_MAIN();
