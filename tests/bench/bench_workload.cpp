// SPDX-License-Identifier: Apache-2.0
// What workloads cost by themselves: CPU time of making up requests, against a service that answers
// each after a second.
#include <benchmark/benchmark.h>

#include <memory>

#include "models/catalog.hpp"
#include "models/workload/agents_workload.hpp"
#include "models/workload/rag_workload.hpp"
#include "tests/play_sessions.hpp"

namespace tokenfab {
namespace {

PluginConfig fixed(std::uint32_t value) {
  auto config = std::make_shared<FixedLengthConfig>();
  config->value = value;
  return {"fixed", std::move(config)};
}

void report(benchmark::State& state, std::uint64_t requests) {
  state.counters["requests"] = static_cast<double>(requests);
  state.counters["requests/s"] = benchmark::Counter(static_cast<double>(requests),
                                                    benchmark::Counter::kIsIterationInvariantRate);
}

/// 100,000 sessions of 20 turns, 10,000 at a time.
void bench_agents(benchmark::State& state) {
  AgentsWorkloadConfig config;
  config.concurrency = 10'000;
  config.number = 100'000;
  config.resumed.share = 0;
  config.turns = fixed(20);
  PlayRules rules;
  rules.keeps = false;
  std::uint64_t requests = 0;
  for (auto _ : state) {
    AgentsWorkload workload(config, plugin_table());
    requests = play_sessions(workload, {}, rules).requests;
  }
  report(state, requests);
}
BENCHMARK(bench_agents)->Unit(benchmark::kMillisecond);

void bench_rag(benchmark::State& state) {
  RagWorkloadConfig config;
  config.rate = PerSecond(1000);
  config.number = 500'000;
  PlayRules rules;
  rules.keeps = false;
  std::uint64_t requests = 0;
  for (auto _ : state) {
    RagWorkload workload(config, plugin_table());
    requests = play_sessions(workload, {}, rules).requests;
  }
  report(state, requests);
}
BENCHMARK(bench_rag)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tokenfab

BENCHMARK_MAIN();
