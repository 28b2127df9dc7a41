// SPDX-License-Identifier: Apache-2.0
// Time and memory of building a platform of 100,000 hosts, by network, and what the route of a flow
// takes. One engine per process: each platform is built in a child.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "sim/engine/cluster_links.hpp"
#include "tests/cluster_networks.hpp"
#include "tests/run_in_child.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

NetworkTopology topology_of(int network, std::int64_t nodes) {
  switch (network) {
    case 0:
      return sized<NonBlockingNetwork>(NonBlockingConfig{}, inputs_of(nodes, 1, 1)).topology();
    case 1: {
      FatTreeConfig config;
      config.nodes_per_leaf = 32;
      config.leaves_per_pod = 32;
      return sized<FatTreeNetwork>(config, inputs_of(nodes, 1, 1)).topology();
    }
    case 2: {
      TorusConfig config;
      config.dimensions = {50, 50, nodes / 2500};
      return sized<TorusNetwork>(config, inputs_of(nodes, 1, nodes)).topology();
    }
    default: {
      DragonflyConfig config;
      config.nodes_per_router = 25;
      config.routers_per_group = 32;
      config.global_links_per_router = 8;
      return sized<DragonflyNetwork>(config, inputs_of(nodes, 1, 1)).topology();
    }
  }
}

constexpr const char* names[] = {"non_blocking", "fat_tree", "torus", "dragonfly"};

/// Seconds and peak bytes of building the platform and playing one flow over it.
std::pair<double, double> build_cost(const NetworkTopology& topology, std::uint32_t nodes) {
  const auto bytes = run_in_child([&] {
    const auto start = std::chrono::steady_clock::now();
    play_flows(site_of(topology, nodes), {{node_place(0), node_place(nodes - 1), 1}});
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const double cost[] = {taken.count(), 1024.0 * static_cast<double>(usage.ru_maxrss)};
    return std::string(reinterpret_cast<const char*>(cost), sizeof cost);
  });
  const auto* cost = reinterpret_cast<const double*>(bytes.data());
  return {cost[0], cost[1]};
}

void build(benchmark::State& state) {
  const auto nodes = state.range(1);
  const auto topology = topology_of(static_cast<int>(state.range(0)), nodes);
  double peak = 0;
  for (auto _ : state) {
    const auto [seconds, bytes] = build_cost(topology, static_cast<std::uint32_t>(nodes));
    state.SetIterationTime(seconds);
    peak = std::max(peak, bytes);
  }
  state.counters["peak_MB"] = peak / 1e6;
  state.SetLabel(names[state.range(0)]);
}
BENCHMARK(build)
    ->ArgsProduct({{0, 1, 2, 3}, {12500, 100000}})
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

void route(benchmark::State& state) {
  constexpr std::uint32_t nodes = 100000;
  const auto links =
      engine::make_cluster_links(topology_of(static_cast<int>(state.range(0)), nodes), nodes);
  std::vector<std::uint32_t> way;
  std::uint32_t from = 0;
  std::size_t crossed = 0;
  for (auto _ : state) {
    way.clear();
    links->route(from, (from * 7919 + 13) % nodes, way);
    crossed += way.size();
    from = (from + 1) % nodes;
  }
  benchmark::DoNotOptimize(crossed);
  state.counters["links"] = static_cast<double>(crossed) / static_cast<double>(state.iterations());
  state.SetLabel(names[state.range(0)]);
}
BENCHMARK(route)->DenseRange(0, 3);

}  // namespace

BENCHMARK_MAIN();
