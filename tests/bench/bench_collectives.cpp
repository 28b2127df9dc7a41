// SPDX-License-Identifier: Apache-2.0
// Cost of a collective over 8,192 chips by flows, cold and remembered, and in closed form.
#include <benchmark/benchmark.h>

#include "models/interconnect/flow_collectives.hpp"
#include "tests/tree_routes.hpp"

using namespace tokenfab;

namespace {

constexpr std::uint32_t nodes = 1024;
constexpr std::int64_t chips_per_node = 8;

testing::TreeRoutes tree() {
  testing::TreeRoutes routes;
  routes.nodes = nodes;
  routes.nodes_per_leaf = 16;
  routes.fabric = BytesPerSecond(8 * 450e9);
  routes.port = BytesPerSecond(8 * 50e9);
  routes.uplink = BytesPerSecond(16 * 8 * 50e9 / 2);
  return routes;
}

NetworkCollectives closed() {
  CollectiveLibraryConfig library;
  library.algorithms = {"ring"};
  const std::vector<NetworkLevel> levels{
      {"scale-up", 8, BytesPerSecond(450e9), Seconds(1e-6), false},
      {"leaf", 128, BytesPerSecond(50e9), Seconds(3e-6), false},
      {"spine", nodes * chips_per_node, BytesPerSecond(25e9), Seconds(4e-6), false}};
  return {levels, library};
}

ChipNodes all_nodes() {
  ChipNodes placed;
  for (std::uint32_t chip = 0; chip < nodes * chips_per_node; ++chip) {
    placed.push_back(chip / chips_per_node);
  }
  return placed;
}

void cold(benchmark::State& state, CollectiveKind kind, ChipGroup group) {
  const auto routes = tree();
  const auto placed = all_nodes();
  for (auto _ : state) {
    FlowCollectives flows(routes, closed(), chips_per_node);
    const auto placement = flows.place(placed);
    benchmark::DoNotOptimize(flows.time({placement, kind, group, Bytes(1e9)}));
  }
}

void warm(benchmark::State& state) {
  const auto routes = tree();
  FlowCollectives flows(routes, closed(), chips_per_node);
  const auto placement = flows.place(all_nodes());
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        flows.time({placement, CollectiveKind::AllReduce, {8192, 1}, Bytes(1e9)}));
  }
}

void in_closed_form(benchmark::State& state) {
  const auto collectives = closed();
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        collectives.choose(CollectiveKind::AllReduce, {8192, 1}, Bytes(1e9)).time);
  }
}

BENCHMARK_CAPTURE(cold, all_reduce_ring, CollectiveKind::AllReduce, ChipGroup{8192, 1})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(cold, all_reduce_of_1024, CollectiveKind::AllReduce, ChipGroup{1024, 8})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(cold, all_to_all_of_64, CollectiveKind::AllToAll, ChipGroup{64, 1})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(cold, all_to_all_of_8192, CollectiveKind::AllToAll, ChipGroup{8192, 1})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(warm);
BENCHMARK(in_closed_form);

}  // namespace

BENCHMARK_MAIN();
