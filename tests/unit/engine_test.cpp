// SPDX-License-Identifier: Apache-2.0
// SimGrid behind its seam. One engine per process, so one per test case.
#include "sim/engine/engine.hpp"

#include <functional>
#include <memory>

#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::engine;

namespace {

/// Three nodes with fabrics of 900 GB/s and ports of 10 GB/s, and a storage of 20 GB/s.
std::vector<SitePlatform> small_site() {
  return {
      {"site", {{"pool", 3, BytesPerSecond(900e9), BytesPerSecond(10e9)}}, BytesPerSecond(20e9)}};
}

constexpr HostPlace storage{0, 0, 0, true};
constexpr HostPlace node(std::uint32_t number) { return {0, 0, number, false}; }

Instant at_s(double seconds) { return Instant(Duration::from_seconds(seconds)); }

struct Diary : EventHandler, FlowHandler {
  void handle_event(Instant now) override {
    lines.push_back("event");
    dates.push_back(now.seconds());
    work(now);
  }
  void flow_ended(FlowId flow, Instant now, bool delivered) override {
    lines.push_back((delivered ? "flow " : "failed ") + std::to_string(flow));
    dates.push_back(now.seconds());
  }
  std::function<void(Instant)> work = [](Instant) {};
  std::vector<std::string> lines;
  std::vector<double> dates;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("engine: an empty run ends by itself") {
  Engine engine(small_site());
  engine.run();
  REQUIRE(engine.agenda().events_handled() == 0);
}

TEST_CASE("engine: events happen at their dates, then the run ends by itself") {
  Engine engine(small_site());
  Diary diary;
  const auto slot = engine.agenda().add(EventPriority::Plant, diary);
  int left = 3;
  diary.work = [&](Instant now) {
    if (--left > 0) {
      engine.agenda().schedule(slot, now + Duration::from_ticks(Duration::ticks_per_second / 3));
    }
  };
  engine.agenda().schedule(slot, at_s(2.5));
  engine.run();
  REQUIRE(diary.dates.size() == 3);
  REQUIRE(diary.dates[0] == 2.5);
  REQUIRE(diary.dates[2] == Approx(2.5 + 2.0 / 3).epsilon(1e-15));
}

TEST_CASE("engine: a lone flow takes bytes over bandwidth") {
  Engine engine(small_site());
  Diary diary;
  engine.start_flow(storage, node(0), Bytes(10e9), diary);
  engine.run();
  REQUIRE(diary.lines == Lines{"flow 1"});
  REQUIRE(diary.dates[0] == Approx(1).epsilon(1e-9));  // 10 GB through a 10 GB/s port
  REQUIRE(engine.live_flows() == 0);
}

TEST_CASE("engine: two flows share a link") {
  // Both 10 GB leave node 0 through its 10 GB/s port: 5 GB/s each, 2 s.
  Engine engine(small_site());
  Diary diary;
  engine.start_flow(node(0), node(1), Bytes(10e9), diary);
  engine.start_flow(node(0), node(2), Bytes(10e9), diary);
  engine.run();
  REQUIRE(diary.lines == Lines{"flow 1", "flow 2"});
  REQUIRE(diary.dates[0] == Approx(2).epsilon(1e-9));
  REQUIRE(diary.dates[1] == Approx(2).epsilon(1e-9));
}

TEST_CASE("engine: every flow has the slowest of its links") {
  // Storage gives 20 GB/s, each node takes 10 GB/s: 15 GB in 1.5 s, 10 GB in 1 s. What node 0
  // sends leaves by a link of its own.
  Engine engine(small_site());
  Diary diary;
  engine.start_flow(storage, node(0), Bytes(15e9), diary);
  engine.start_flow(storage, node(1), Bytes(10e9), diary);
  engine.start_flow(node(0), node(2), Bytes(20e9), diary);
  engine.run();
  REQUIRE(diary.lines == Lines{"flow 2", "flow 1", "flow 3"});
  REQUIRE(diary.dates[0] == Approx(1).epsilon(1e-9));
  REQUIRE(diary.dates[1] == Approx(1.5).epsilon(1e-9));
  REQUIRE(diary.dates[2] == Approx(2).epsilon(1e-9));
}

TEST_CASE("engine: three flows share the storage, and speed up as others end") {
  // 20 GB/s over three: 20/3 each. 10 GB take 1.5 s; then two share: 10 GB/s each, as much as
  // their ports. 20 GB: 10 GB by 1.5 s, 10 GB more by 2.5 s.
  Engine engine(small_site());
  Diary diary;
  engine.start_flow(storage, node(0), Bytes(20e9), diary);
  engine.start_flow(storage, node(1), Bytes(10e9), diary);
  engine.start_flow(storage, node(2), Bytes(20e9), diary);
  engine.run();
  REQUIRE(diary.lines == Lines{"flow 2", "flow 1", "flow 3"});
  REQUIRE(diary.dates[0] == Approx(1.5).epsilon(1e-9));
  REQUIRE(diary.dates[1] == Approx(2.5).epsilon(1e-9));
  REQUIRE(diary.dates[2] == Approx(2.5).epsilon(1e-9));
}

TEST_CASE("engine: flows between sites pass the ports at both ends") {
  auto sites = small_site();
  sites.push_back(sites.front());
  sites.back().name = "other";
  sites.back().clusters.front().network_bandwidth = BytesPerSecond(5e9);
  Engine engine(sites);
  Diary diary;
  engine.start_flow({0, 0, 1, false}, {1, 0, 2, false}, Bytes(10e9), diary);
  engine.start_flow({1, 0, 0, true}, {0, 0, 2, false}, Bytes(10e9), diary);
  engine.run();
  REQUIRE(diary.lines == Lines{"flow 2", "flow 1"});
  REQUIRE(diary.dates[0] == Approx(1).epsilon(1e-9));
  REQUIRE(diary.dates[1] == Approx(2).epsilon(1e-9));
}

TEST_CASE("engine: a flow's end is told at its date, not at the next event") {
  Engine engine(small_site());
  Diary diary;
  const auto slot = engine.agenda().add(EventPriority::Plant, diary);
  engine.agenda().schedule(slot, at_s(100));
  engine.start_flow(node(0), node(1), Bytes(10e9), diary);
  engine.run();
  REQUIRE(diary.lines == Lines{"flow 1", "event"});
  REQUIRE(diary.dates[0] == Approx(1).epsilon(1e-9));
}

TEST_CASE("engine: a flow's end comes before an event of the same date") {
  Engine engine(small_site());
  Diary diary;
  const auto slot = engine.agenda().add(EventPriority::Arrival, diary);
  engine.agenda().schedule(slot, at_s(1));
  engine.start_flow(storage, node(0), Bytes(10e9), diary);
  engine.run();
  REQUIRE(diary.lines == Lines{"flow 1", "event"});
}

TEST_CASE("engine: a flow may start another one") {
  struct Chain : Diary {
    void flow_ended(FlowId flow, Instant now, bool delivered) override {
      Diary::flow_ended(flow, now, delivered);
      if (flow < 3) {
        engine->start_flow(node(0), node(1), Bytes(10e9), *this);
      }
    }
    Engine* engine = nullptr;
  };
  Engine engine(small_site());
  Chain chain;
  chain.engine = &engine;
  engine.start_flow(node(0), node(1), Bytes(10e9), chain);
  engine.run();
  REQUIRE(chain.lines == Lines{"flow 1", "flow 2", "flow 3"});
  REQUIRE(chain.dates[2] == Approx(3).epsilon(1e-9));
}

TEST_CASE("engine: stop cancels flows and forgets the agenda") {
  Engine engine(small_site());
  Diary diary;
  Diary late;
  const auto slot = engine.agenda().add(EventPriority::Stop, diary);
  const auto late_slot = engine.agenda().add(EventPriority::Plant, late);
  diary.work = [&](Instant) { engine.stop(); };
  engine.agenda().schedule(slot, at_s(0.5));
  engine.agenda().schedule(late_slot, at_s(0.75));
  engine.start_flow(storage, node(0), Bytes(10e9), late);
  engine.run();
  REQUIRE(diary.lines == Lines{"event"});
  REQUIRE(late.lines == Lines{});
  REQUIRE(engine.live_flows() == 0);
}
