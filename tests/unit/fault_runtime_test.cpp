// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/fault_runtime.hpp"

#include <fmt/format.h>

#include "models/faults/node_faults.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

Instant at(double seconds) { return Instant(Duration::from_seconds(seconds)); }

struct GivenFaults : FaultProcess {
  explicit GivenFaults(std::vector<NodeLoss> faults) : losses(std::move(faults)) {}
  void start(std::uint32_t, RandomStream) override {}
  std::optional<NodeLoss> next() override {
    return given < losses.size() ? std::optional(losses[given++]) : std::nullopt;
  }
  double stops_per_s(std::uint32_t) const override { return 0; }

  std::vector<NodeLoss> losses;
  std::size_t given = 0;
};

/// Writes down what it hears.
struct Diary : NodeListener {
  void node_fails(std::uint32_t node) override { told += fmt::format("fails {}; ", node); }
  void node_failed(std::uint32_t node, Instant now) override { tell("failed", node, now); }
  void node_repaired(std::uint32_t node, Instant now) override { tell("repaired", node, now); }
  void node_slowed(std::uint32_t node, double factor, Instant now) override {
    tell(fmt::format("x{}", factor), node, now);
  }
  void node_full_speed(std::uint32_t node, Instant now) override { tell("full speed", node, now); }
  void tell(const std::string& what, std::uint32_t node, Instant now) {
    told += fmt::format("{:g} s: {} {}; ", now.seconds(), what, node);
  }
  std::string told;
};

/// What a listener hears of the faults of four nodes; `power` is lost and restored at these dates.
std::string heard(std::vector<NodeLoss> faults,
                  std::optional<std::pair<double, double>> power = {}) {
  engine::Agenda agenda;
  Diary diary;
  FaultRuntime runtime(std::make_unique<GivenFaults>(std::move(faults)), agenda, {&diary});
  runtime.start(4, RandomStream(1, 0, "nodes", "faults"));
  if (power) {
    agenda.run_due(at(power->first));
    runtime.power_lost(at(power->first));
    agenda.run_due(at(power->second));
    runtime.power_restored(at(power->second));
  }
  while (agenda.next()) {
    agenda.run_due(*agenda.next());
  }
  return diary.told;
}

NodeLoss loss(double date, std::uint32_t node, double repair, std::uint32_t nodes = 1) {
  return {at(date), node, Duration::from_seconds(repair), nodes};
}

NodeLoss slowdown(double date, std::uint32_t node, double until, double factor) {
  return {at(date), node, Duration::from_seconds(until - date), 1, factor};
}

/// What events.csv says of the faults of six nodes, which have no power between two dates.
std::string noted(std::vector<NodeLoss> faults) {
  struct Rows : EventSink {
    void event(const EventRecord& row) override {
      told += fmt::format("{:g} s {}/{}: {} {} {}; ", row.at.seconds(), row.site, row.cluster,
                          name_of(row.kind), row.subject, row.detail);
    }
    std::string told;
  } rows;
  engine::Agenda agenda;
  EventLog log(100, false);
  FaultRuntime runtime(std::make_unique<GivenFaults>(std::move(faults)), agenda, {}, &log,
                       {"s", "c"});
  runtime.start(6, RandomStream(1, 0, "nodes", "faults"));
  agenda.run_due(at(2));
  runtime.power_lost(at(2));
  agenda.run_due(at(4));
  runtime.power_restored(at(4));
  while (agenda.next()) {
    agenda.run_due(*agenda.next());
  }
  log.write(rows);
  return rows.told;
}

}  // namespace

TEST_CASE("faults: rows of nodes that break, of a range as one, and not of those without power") {
  REQUIRE(noted({loss(1, 1, 5, 3), loss(3, 2, 6, 3)}) ==
          "1 s s/c: node_failed nodes 1-3 ; 3 s s/c: node_failed node 4 ; "
          "6 s s/c: node_repaired node 1 ; 9 s s/c: node_repaired nodes 2-4 ; ");
  REQUIRE(noted({slowdown(1, 3, 9, 1.5), slowdown(2, 3, 5, 3)}) ==
          "1 s s/c: node_slowed node 3 x1.5; 2 s s/c: node_slowed node 3 x3; "
          "5 s s/c: node_slowed node 3 x1.5; 9 s s/c: node_full_speed node 3 ; ");
}

TEST_CASE("faults: a node is lost and repaired") {
  REQUIRE(heard({loss(1, 2, 5)}) == "fails 2; 1 s: failed 2; 6 s: repaired 2; ");
}

TEST_CASE("faults: a range fails together, cut at the end of the cluster") {
  REQUIRE(heard({loss(1, 2, 5, 8)}) ==
          "fails 2; fails 3; 1 s: failed 2; 1 s: failed 3; 6 s: repaired 2; 6 s: repaired 3; ");
}

TEST_CASE("faults: repaired at once, the work is lost all the same") {
  REQUIRE(heard({loss(1, 0, 0)}) == "fails 0; 1 s: failed 0; 1 s: repaired 0; ");
  // Two of one date are one loss.
  REQUIRE(heard({loss(1, 0, 0), loss(1, 0, 0)}) == "fails 0; 1 s: failed 0; 1 s: repaired 0; ");
}

TEST_CASE("faults: a node is down until the last of its faults is repaired") {
  REQUIRE(heard({loss(1, 0, 5), loss(3, 0, 9, 2)}) ==
          "fails 0; 1 s: failed 0; fails 1; 3 s: failed 1; 12 s: repaired 0; 12 s: repaired 1; ");
  REQUIRE(heard({loss(1, 0, 9, 2), loss(3, 1, 2)}) ==
          "fails 0; fails 1; 1 s: failed 0; 1 s: failed 1; 10 s: repaired 0; 10 s: repaired 1; ");
  // At the date of its repair it is lost again.
  REQUIRE(heard({loss(1, 0, 5), loss(6, 0, 1)}) ==
          "fails 0; 1 s: failed 0; 6 s: repaired 0; fails 0; 6 s: failed 0; 7 s: repaired 0; ");
}

TEST_CASE("faults: a straggler is slow until its fault ends, the worst of several counts") {
  REQUIRE(heard({slowdown(1, 3, 4, 1.5)}) == "1 s: x1.5 3; 4 s: full speed 3; ");
  REQUIRE(heard({slowdown(1, 3, 9, 1.5), slowdown(2, 3, 4, 3), slowdown(3, 3, 5, 2)}) ==
          "1 s: x1.5 3; 2 s: x3 3; 4 s: x2 3; 5 s: x1.5 3; 9 s: full speed 3; ");
  REQUIRE(heard({slowdown(1, 0, 9, 2), loss(2, 0, 1)}) ==
          "1 s: x2 0; fails 0; 2 s: failed 0; 3 s: repaired 0; 9 s: full speed 0; ");
}

TEST_CASE("faults: what breaks and is repaired without power shows when it is back") {
  const auto told = heard({loss(1, 0, 3), loss(2, 1, 6)}, {{1.5, 5}});
  REQUIRE(told ==
          "fails 0; 1 s: failed 0; "
          "fails 1; fails 2; fails 3; 1.5 s: failed 1; 1.5 s: failed 2; 1.5 s: failed 3; "
          "5 s: repaired 0; 5 s: repaired 2; 5 s: repaired 3; 8 s: repaired 1; ");
}

TEST_CASE("faults: a node drawn again while it is down stays down no longer") {
  ExponentialFaultsConfig config;
  config.node_mtbf = Seconds(1);
  config.repair_time = Seconds(10);
  ExponentialFaults process(config);
  process.start(1, RandomStream(1, 0, "nodes", "faults"));
  const auto first = *process.next();
  auto up_again = first.date + first.repair;
  int drawn_while_down = 0;
  for (int i = 0; i < 100; ++i) {
    const auto fault = *process.next();
    drawn_while_down += fault.date < up_again ? 1 : 0;
    up_again = fault.date < up_again ? up_again : fault.date + Duration::from_seconds(10);
    REQUIRE(fault.date + fault.repair == up_again);
  }
  REQUIRE(drawn_while_down > 50);
}
