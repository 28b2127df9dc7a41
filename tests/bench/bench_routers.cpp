// SPDX-License-Identifier: Apache-2.0
// Decisions per second of the routers, over replicas whose answers cost nothing.
#include <benchmark/benchmark.h>

#include "models/catalog.hpp"
#include "sim/core/random.hpp"
#include "tests/fixed_replica_view.hpp"

using namespace tokenfab;

namespace {

void route(benchmark::State& state, const char* id, bool all_eligible) {
  const auto replicas = static_cast<std::uint32_t>(state.range(0));
  FixedReplicaView view(replicas);
  view.ttft = Duration::from_seconds(1);
  view.eligible[0] = all_eligible;
  const auto* entry = plugin_table().find("router", id);
  const auto router = plugin_table().make<Router>("router", {id, entry->make_config()});
  router->start(view, RandomStream(1, 0, "router", id));
  RandomStream random(1, 0, "bench", id);
  std::uint64_t session = 0;
  for (auto _ : state) {
    const auto chosen = router->route({1000, ++session % 10'000 + 1, 0});
    view.outstanding_requests[*chosen] = static_cast<std::uint32_t>(random.next_u64() % 60);
    view.cached[*chosen] = static_cast<std::uint32_t>(random.next_u64() % 1000);
    router->outstanding_changed(*chosen, view.outstanding_requests[*chosen]);
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(route, least_kv, "least_kv", true)->Arg(16)->Arg(256);
BENCHMARK_CAPTURE(route, least_outstanding, "least_outstanding", true)->Arg(16)->Arg(256);
BENCHMARK_CAPTURE(route, least_outstanding_one_away, "least_outstanding", false)->Arg(16);
BENCHMARK_CAPTURE(route, prefix_aware, "prefix_aware", true)->Arg(16)->Arg(256);
BENCHMARK_CAPTURE(route, prefix_aware_one_away, "prefix_aware", false)->Arg(16);
BENCHMARK_CAPTURE(route, session_affinity, "session_affinity", true)->Arg(16)->Arg(256);
BENCHMARK_CAPTURE(route, slo_aware, "slo_aware", true)->Arg(16)->Arg(256);
BENCHMARK_CAPTURE(route, weighted, "weighted", true)->Arg(16)->Arg(256);

}  // namespace

BENCHMARK_MAIN();
