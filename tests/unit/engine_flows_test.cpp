// SPDX-License-Identifier: Apache-2.0
// Bounds, fabrics and cancellation of flows. One engine per process, so one per test case.
#include <functional>
#include <string>

#include "sim/engine/engine.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::engine;

namespace {

/// Three nodes with fabrics of 900 GB/s and ports of 10 GB/s.
std::vector<SitePlatform> small_site() {
  return {
      {"site", {{"pool", 3, BytesPerSecond(900e9), BytesPerSecond(10e9)}}, BytesPerSecond(20e9)}};
}

constexpr HostPlace node(std::uint32_t number) { return {0, 0, number, false}; }
constexpr BytesPerSecond gb_per_s(double value) { return BytesPerSecond(value * 1e9); }
constexpr Bytes gb(double value) { return Bytes(value * 1e9); }

struct Ends : FlowHandler {
  void flow_ended(FlowId flow, Instant now, bool delivered) override {
    REQUIRE(delivered);
    flows.push_back(flow);
    dates.push_back(now.seconds());
    work(flow);
  }
  std::function<void(FlowId)> work = [](FlowId) {};
  std::vector<FlowId> flows;
  std::vector<double> dates;
};

struct Wake : EventHandler {
  Wake(Engine& owner, double date, std::function<void()> task) : work(std::move(task)) {
    const auto slot = owner.agenda().add(EventPriority::StepBoundary, *this);
    owner.agenda().schedule(slot, Instant(Duration::from_seconds(date)));
  }
  void handle_event(Instant) override { work(); }
  std::function<void()> work;
};

using Flows = std::vector<FlowId>;

void require_dates(const Ends& ends, const std::vector<double>& expected) {
  REQUIRE(ends.dates.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    REQUIRE(ends.dates[i] == Approx(expected[i]).margin(2e-9).epsilon(0));
  }
}

}  // namespace

TEST_CASE("engine: a lone flow keeps to its bound") {
  Engine engine(small_site());
  Ends ends;
  engine.start_flow(node(0), node(1), gb(10), ends, gb_per_s(4));
  engine.run();
  require_dates(ends, {2.5});
}

TEST_CASE("engine: a bound above the ports changes nothing") {
  Engine engine(small_site());
  Ends ends;
  engine.start_flow(node(0), node(1), gb(10), ends, gb_per_s(40));
  engine.run();
  require_dates(ends, {1});
}

TEST_CASE("engine: what bounded flows leave goes to the others") {
  // 10 GB/s out of node 0: 2, 3 and the remaining 5 GB/s. 10 GB in 2 s, 9 GB in 3 s, 10 GB in 5 s.
  Engine engine(small_site());
  Ends ends;
  engine.start_flow(node(0), node(1), gb(10), ends, gb_per_s(2));
  engine.start_flow(node(0), node(2), gb(9), ends, gb_per_s(3));
  engine.start_flow(node(0), node(1), gb(10), ends);
  engine.run();
  REQUIRE(ends.flows == Flows{3, 2, 1});
  require_dates(ends, {2, 3, 5});
}

TEST_CASE("engine: a bound holds when others end") {
  // 5 GB/s each until 1 s; then the first has 6 GB left and may take 6 GB/s of 10.
  Engine engine(small_site());
  Ends ends;
  engine.start_flow(node(0), node(1), gb(11), ends, gb_per_s(6));
  engine.start_flow(node(0), node(2), gb(5), ends);
  engine.run();
  REQUIRE(ends.flows == Flows{2, 1});
  require_dates(ends, {1, 2});
}

TEST_CASE("engine: flows within a node share its fabric and leave its ports alone") {
  // 900 GB/s over two: 900 GB in 2 s; then the second has 450 GB left, 0.5 s.
  Engine engine(small_site());
  Ends ends;
  engine.start_flow(node(0), node(0), gb(900), ends);
  engine.start_flow(node(0), node(0), gb(1350), ends);
  engine.start_flow(node(0), node(1), gb(10), ends);
  engine.start_flow(node(1), node(1), gb(900), ends);
  engine.run();
  REQUIRE(ends.flows == Flows{3, 4, 1, 2});
  require_dates(ends, {1, 1, 2, 2.5});
}

TEST_CASE("engine: bounded flows within a node") {
  // 200 GB/s of one chip, 700 GB/s for the other flow.
  Engine engine(small_site());
  Ends ends;
  engine.start_flow(node(2), node(2), gb(600), ends, gb_per_s(200));
  engine.start_flow(node(2), node(2), gb(700), ends);
  engine.run();
  REQUIRE(ends.flows == Flows{2, 1});
  require_dates(ends, {1, 3});
}

TEST_CASE("engine: a cancelled flow is silent and frees its links at once") {
  // 5 GB/s each until 1 s, then the second has 5 GB left at 10 GB/s.
  Engine engine(small_site());
  Ends ends;
  const auto first = engine.start_flow(node(0), node(1), gb(10), ends);
  engine.start_flow(node(0), node(2), gb(10), ends);
  const Wake wake(engine, 1, [&] { engine.cancel_flow(first); });
  engine.run();
  REQUIRE(ends.flows == Flows{2});
  require_dates(ends, {1.5});
  REQUIRE(engine.live_flows() == 0);
  engine.cancel_flow(first);  // does nothing
}

TEST_CASE("engine: a flow cancelled where it started takes nothing from others") {
  Engine engine(small_site());
  Ends ends;
  engine.cancel_flow(engine.start_flow(node(0), node(1), gb(10), ends));
  engine.start_flow(node(0), node(2), gb(10), ends);
  const Wake wake(engine, 0.5, [&] {
    engine.cancel_flow(engine.start_flow(node(0), node(1), gb(10), ends, gb_per_s(1)));
  });
  engine.run();
  REQUIRE(ends.flows == Flows{2});
  require_dates(ends, {1});
}

TEST_CASE("engine: a flow cancelled at its very end by another's end stays silent") {
  Engine engine(small_site());
  Ends ends;
  const auto first = engine.start_flow(node(0), node(1), gb(10), ends);
  const auto second = engine.start_flow(node(0), node(2), gb(10), ends);
  ends.work = [&](FlowId ended) {
    if (ended == first) {
      engine.cancel_flow(second);
      engine.start_flow(node(0), node(1), gb(10), ends);
    }
  };
  engine.run();
  REQUIRE(ends.flows == Flows{1, 3});
  require_dates(ends, {2, 3});
}

TEST_CASE("engine: hosts of some nodes only") {
  auto sites = small_site();
  auto& cluster = sites.front().clusters.front();
  cluster.nodes = 4'000'000'000;
  cluster.flow_nodes = {{1000, 2}, {5, 1}, {4, 3}};
  Engine engine(sites);
  Ends ends;
  engine.start_flow({0, 0, 1001, false}, node(5), gb(10), ends);
  engine.start_flow(node(6), node(4), gb(20), ends);
  engine.start_flow({0, 0, 0, true}, {0, 0, 1000, false}, gb(30), ends);
  engine.run();
  REQUIRE(ends.flows == Flows{1, 2, 3});
  require_dates(ends, {1, 2, 3});
}
