// SPDX-License-Identifier: Apache-2.0
// Cost per transfer of a KV cache, in closed form and as a SimGrid flow, with so many alive at a
// time: each that ends starts the next one.
#include <benchmark/benchmark.h>

#include "sim/scenario/transfers.hpp"

using namespace tokenfab;

namespace {

constexpr std::uint32_t node_count = 64;

std::vector<engine::SitePlatform> bench_site() {
  return {{"site",
           {{"pool", node_count, BytesPerSecond(3600e9), BytesPerSecond(400e9)}},
           BytesPerSecond(100e9)}};
}

/// Keeps `alive` transfers going until `count` have been started.
struct Chain : TransferHandler {
  Chain(engine::Agenda& clock, Transfers& transport, std::uint64_t total)
      : agenda(clock), transfers(transport), count(total) {}

  void start(std::uint64_t alive) {
    for (std::uint64_t i = 0; i < alive; ++i) {
      start_next();
    }
  }
  void transfer_ended(TransferId, Instant, bool) override {
    if (started < count) {
      start_next();
    }
  }
  void start_next() {
    const auto from = static_cast<std::uint32_t>(started * 7 % node_count);
    const auto to = static_cast<std::uint32_t>((started * 13 + 1) % node_count);
    transfers.start(agenda.now(),
                    {{{0, 0, from, false},
                      {0, 0, to, false},
                      Bytes(1e8 + 1e3 * static_cast<double>(started % 1024)),
                      BytesPerSecond(50e9)},
                     Duration::from_seconds(1e-5)},
                    *this);
    ++started;
  }

  engine::Agenda& agenda;
  Transfers& transfers;
  std::uint64_t count;
  std::uint64_t started = 0;
};

void transfers_closed_form(benchmark::State& state) {
  constexpr std::int64_t batch = 100'000;
  engine::Agenda agenda;
  Transfers transfers(agenda, bench_site());
  for (auto _ : state) {
    Chain chain(agenda, transfers, batch);
    chain.start(static_cast<std::uint64_t>(state.range(0)));
    while (agenda.next()) {
      agenda.run_due(*agenda.next());
    }
  }
  state.SetItemsProcessed(state.iterations() * batch);
}
BENCHMARK(transfers_closed_form)
    ->Arg(1)
    ->Arg(16)
    ->Arg(256)
    ->Arg(4096)
    ->Unit(benchmark::kMillisecond);

void transfers_flow(benchmark::State& state) {
  constexpr std::int64_t batch = 20'000;
  static engine::Engine simgrid(bench_site());  // one per process
  Transfers transfers(simgrid);
  for (auto _ : state) {
    Chain chain(simgrid.agenda(), transfers, batch);
    chain.start(static_cast<std::uint64_t>(state.range(0)));
    simgrid.run();
  }
  state.SetItemsProcessed(state.iterations() * batch);
}
BENCHMARK(transfers_flow)->Arg(1)->Arg(16)->Arg(256)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
