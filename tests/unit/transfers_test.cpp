// SPDX-License-Identifier: Apache-2.0
// Transfers by hand. What is said of both kinds is played with flows and in closed form.
#include "sim/scenario/transfers.hpp"

#include <functional>
#include <map>
#include <string>

#include "sim/scenario/layer_wise.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using engine::EventPriority;
using engine::HostPlace;

namespace {

/// Four nodes with fabrics of 900 GB/s and ports of 10 GB/s, and a storage of 20 GB/s.
std::vector<engine::SitePlatform> small_site() {
  return {
      {"site", {{"pool", 4, BytesPerSecond(900e9), BytesPerSecond(10e9)}}, BytesPerSecond(20e9)}};
}

constexpr HostPlace storage{0, 0, 0, true};
constexpr HostPlace node(std::uint32_t number) { return {0, 0, number, false}; }
Instant at_s(double seconds) { return Instant(Duration::from_seconds(seconds)); }

TransferRequest request(HostPlace from, HostPlace to, double size_gb, double latency_s = 0,
                        std::optional<double> bound_gb_per_s = std::nullopt) {
  TransferRequest result{{from, to, Bytes(size_gb * 1e9), std::nullopt},
                         Duration::from_seconds(latency_s)};
  if (bound_gb_per_s) {
    result.movement.bound = BytesPerSecond(*bound_gb_per_s * 1e9);
  }
  return result;
}

/// Both kinds of transfers on one engine, played with `is_flow`.
struct Play : TransferHandler, engine::EventHandler {
  explicit Play(bool is_flow)
      : simgrid(small_site()),
        agenda(simgrid.agenda()),
        transfers(is_flow ? Transfers(simgrid) : Transfers(agenda, small_site())),
        slot(agenda.add(EventPriority::Arrival, *this)) {}

  void at(double seconds, std::function<void()> task) {
    tasks.emplace(at_s(seconds), std::move(task));
    agenda.schedule(slot, std::max(agenda.now(), tasks.begin()->first));
  }
  void handle_event(Instant now) override {
    while (!tasks.empty() && tasks.begin()->first <= now) {
      const auto task = tasks.extract(tasks.begin());
      task.mapped()();
    }
    if (!tasks.empty()) {
      agenda.schedule(slot, tasks.begin()->first);
    }
  }
  void transfer_ended(TransferId transfer, Instant now, bool delivered) override {
    REQUIRE(delivered);
    ends.emplace_back(names.at(transfer), now.seconds());
    work(names.at(transfer));
  }
  TransferId start(const std::string& name, const TransferRequest& what) {
    const auto id = transfers.start(agenda.now(), what, *this);
    names[id] = name;
    return id;
  }
  void require_ends(const std::vector<std::pair<std::string, double>>& expected) {
    simgrid.run();
    REQUIRE(ends.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      REQUIRE(ends[i].first == expected[i].first);
      REQUIRE(ends[i].second == Approx(expected[i].second).margin(2e-9).epsilon(0));
    }
    REQUIRE(transfers.live() == 0);
    const auto& counts = transfers.counts();
    REQUIRE(counts.started == counts.delivered + counts.cancelled);
    REQUIRE(counts.delivered == expected.size());
  }

  engine::Engine simgrid;
  engine::Agenda& agenda;
  Transfers transfers;
  engine::Agenda::Slot slot;
  std::multimap<Instant, std::function<void()>> tasks;
  std::map<TransferId, std::string> names;
  std::function<void(const std::string&)> work = [](const std::string&) {};
  std::vector<std::pair<std::string, double>> ends;
};

void play_uncontended(bool is_flow) {
  Play play(is_flow);
  play.start("far", request(node(0), node(1), 10, 0.25));           // 0.25 + 10/10
  play.start("bounded", request(node(1), node(2), 10, 0, 4));       // 10/4
  play.start("near", request(node(2), node(2), 450));               // 450/900
  play.start("weights", request(storage, node(3), 30));             // 30/10, the node's port
  play.start("empty", request(node(3), node(0), 0, 0.125));         // the latency
  play.start("a crumb", request(node(3), node(0), 0.4e-9, 0.125));  // less than half a byte
  play.require_ends({{"empty", 0.125},
                     {"a crumb", 0.125},
                     {"near", 0.5},
                     {"far", 1.25},
                     {"bounded", 2.5},
                     {"weights", 3}});
  REQUIRE(play.transfers.counts().bytes.si() == 500e9);
  REQUIRE(play.transfers.counts().time.seconds() ==
          Approx(0.125 + 0.125 + 0.5 + 1.25 + 2.5 + 3).epsilon(1e-9));
}

/// All end at 1 s, with an event that had been scheduled before; a wait behind it does not matter.
void play_same_date(bool is_flow) {
  Play play(is_flow);
  play.at(1, [&] { play.ends.emplace_back("event", 1.0); });
  play.start("a", request(node(0), node(1), 10));
  play.start("b", request(node(1), node(2), 5, 0.5));
  play.start("c", request(node(2), node(2), 0, 1));
  play.start("d", request(storage, node(3), 10));
  play.simgrid.run();
  REQUIRE(play.ends.size() == 5);
  // Transfers registered first, so their slot goes before the event's; with flows, whose end
  // SimGrid dates in doubles, neighbours of a nanosecond could swap, but not here.
  const char* order[] = {"a", "b", "c", "d", "event"};
  for (int i = 0; i < 5; ++i) {
    REQUIRE(play.ends[static_cast<std::size_t>(i)].first == order[i]);
  }
}

void play_cancel(bool is_flow) {
  Play play(is_flow);
  const auto waiting = play.start("in latency", request(node(0), node(1), 10, 5));
  const auto moving = play.start("moving", request(node(2), node(1), 10));
  play.start("other", request(node(0), node(3), 10));
  play.at(0.5, [&] {
    play.transfers.cancel(play.agenda.now(), waiting);
    play.transfers.cancel(play.agenda.now(), moving);
    play.transfers.cancel(play.agenda.now(), moving);
    play.start("after", request(node(2), node(1), 10));
  });
  play.require_ends({{"other", 1}, {"after", 1.5}});
  REQUIRE(play.transfers.counts().cancelled == 2);
  REQUIRE(play.transfers.counts().bytes.si() == 20e9);
  REQUIRE(play.agenda.now().seconds() == Approx(1.5));  // nothing waits for the cancelled ones
}

/// Ends start and cancel others, also one that ends at the same date.
void play_from_ends(bool is_flow) {
  Play play(is_flow);
  play.start("a", request(node(0), node(1), 10));
  const auto b = play.start("b", request(node(1), node(2), 10));
  play.work = [&](const std::string& name) {
    if (name == "a") {
      play.transfers.cancel(play.agenda.now(), b);
      play.start("c", request(node(0), node(1), 10));
      play.start("d", request(node(1), node(1), 0));
    }
  };
  play.require_ends({{"a", 1}, {"d", 1}, {"c", 2}});
}

void play_stop(bool is_flow) {
  Play play(is_flow);
  play.start("a", request(node(0), node(1), 5));
  play.start("b", request(node(1), node(2), 10));
  play.start("c", request(node(1), node(2), 10, 3));
  play.at(0.75, [&] { play.transfers.stop(play.agenda.now()); });
  play.require_ends({{"a", 0.5}});
  REQUIRE(play.transfers.counts().cancelled == 2);
  REQUIRE(play.simgrid.live_flows() == 0);
}

}  // namespace

TEST_CASE("transfers: uncontended, as flows") { play_uncontended(true); }
TEST_CASE("transfers: uncontended, in closed form") { play_uncontended(false); }
TEST_CASE("transfers: ends of one date in order of start, as flows") { play_same_date(true); }
TEST_CASE("transfers: ends of one date in order of start, in closed form") {
  play_same_date(false);
}
TEST_CASE("transfers: cancelled ones are silent, as flows") { play_cancel(true); }
TEST_CASE("transfers: cancelled ones are silent, in closed form") { play_cancel(false); }
TEST_CASE("transfers: ends may start and cancel, as flows") { play_from_ends(true); }
TEST_CASE("transfers: ends may start and cancel, in closed form") { play_from_ends(false); }
TEST_CASE("transfers: stop cancels all, as flows") { play_stop(true); }
TEST_CASE("transfers: stop cancels all, in closed form") { play_stop(false); }

TEST_CASE("transfers: flows share a port") {
  Play play(true);
  play.start("a", request(node(0), node(1), 10));
  play.start("b", request(node(0), node(2), 15));
  play.require_ends({{"a", 2}, {"b", 2.5}});
}

TEST_CASE("transfers: in closed form a port serves one after another, by the end of latency") {
  Play play(false);
  play.start("late", request(node(0), node(1), 10, 0.5));  // waits for the port until 1, ends at 2
  play.start("first", request(node(0), node(2), 10));
  play.at(0.25, [&] { play.start("in", request(node(3), node(2), 10)); });  // node 2's port: 1 to 2
  play.require_ends({{"first", 1}, {"late", 2}, {"in", 2}});
}

TEST_CASE("transfers: in closed form a fabric serves one after another") {
  Play play(false);
  play.start("a", request(node(0), node(0), 900));
  play.start("b", request(node(0), node(0), 900));
  const auto c = play.start("c", request(node(0), node(0), 900));
  play.start("elsewhere", request(node(1), node(1), 900));
  play.at(0.5, [&] {
    play.transfers.cancel(play.agenda.now(), c);
    play.start("d", request(node(0), node(0), 900, 0, 450));  // alone from 2 on, 2 s at its bound
    play.start("e", request(node(0), node(0), 900));          // beside d from 3 on
  });
  play.require_ends({{"a", 1}, {"elsewhere", 1}, {"b", 2}, {"d", 4}, {"e", 4}});
}

TEST_CASE("transfers: in closed form a port serves others beside a slow transfer") {
  // The storage sends 20 GB/s: 10 GB occupy it for 0.5 s, and each node takes 1 s. 5 GB at
  // 2.5 GB/s occupy node 0's port for 0.5 s.
  Play play(false);
  play.start("a", request(storage, node(1), 10));
  play.start("b", request(storage, node(2), 10));  // 0.5 to 1.5
  play.start("c", request(storage, node(3), 10));  // 1 to 2
  play.start("d", request(node(0), node(0), 450));
  play.start("e", request(node(1), storage, 5, 0, 2.5));  // 0 to 2
  play.start("f", request(node(1), storage, 10));         // 0.5 to 1.5
  play.require_ends({{"d", 0.5}, {"a", 1}, {"b", 1.5}, {"f", 1.5}, {"c", 2}, {"e", 2}});
}

TEST_CASE("transfers: in closed form a cancelled transfer leaves a gap if others wait behind it") {
  Play play(false);
  const auto a = play.start("a", request(node(0), node(1), 10));
  play.start("b", request(node(0), node(2), 10));  // 1 to 2, whatever becomes of a
  const auto c = play.start("c", request(node(0), node(3), 10));
  play.at(0.5, [&] {
    play.transfers.cancel(play.agenda.now(), a);
    play.transfers.cancel(play.agenda.now(), c);
    play.start("d", request(node(0), node(3), 10));  // 2 to 3, in c's stead
    play.start("e", request(node(3), node(1), 10));  // node 1 waits for nothing any more
  });
  play.require_ends({{"e", 1.5}, {"b", 2}, {"d", 3}});
}

TEST_CASE("layer-wise transfer shows its last layer and what did not fit") {
  const BytesPerSecond rate(10e9);
  // 8 layers of 1 GB. In 0.5 s 5 GB of the first 7 GB move, in 0.7 s or more all of them.
  REQUIRE(visible_bytes(Bytes(8e9), 8, Seconds(0.5), rate).si() == Approx(3e9));
  REQUIRE(visible_bytes(Bytes(8e9), 8, Seconds(0.7), rate).si() == Approx(1e9));
  REQUIRE(visible_bytes(Bytes(8e9), 8, Seconds(70), rate).si() == Approx(1e9));
  REQUIRE(visible_bytes(Bytes(8e9), 8, Seconds(0), rate).si() == Approx(8e9));
  REQUIRE(visible_bytes(Bytes(8e9), 1, Seconds(5), rate).si() == Approx(8e9));
  REQUIRE(visible_bytes(Bytes(0), 8, Seconds(5), rate).si() == 0);
}
