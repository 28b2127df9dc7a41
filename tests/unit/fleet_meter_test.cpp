// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/fleet_meter.hpp"

#include <fmt/format.h>

#include "sim/scenario/held_chips.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

Instant at(double seconds) { return Instant(Duration::from_seconds(seconds)); }

/// Three replicas on two nodes of 100 W idle each: so many seconds busy, so much energy above idle.
struct GivenPool : MeteredPool {
  GivenPool() {
    told.service = "chat";
    told.name = "main";
    told.chips = 4;
  }
  std::uint32_t site() const override { return 0; }
  const std::string& cluster() const override { return name; }
  double harvest_energy_j(Instant) override { return 0; }
  std::uint64_t harvest_tokens(Instant) override { return 0; }
  TokenCounts tokens_so_far() const override { return {}; }
  bool any_busy() const override { return true; }
  std::uint32_t ready_replicas() const override { return 3; }
  double active_chip_seconds(Instant) const override { return 0; }
  std::uint64_t waiting() const override { return 0; }
  std::uint64_t running() const override { return 0; }
  void set_clock(double, Instant) override {}
  void stop_at(Instant) override {}
  PoolResult& close() override { return told; }
  PoolResult& result() override { return told; }
  std::uint32_t units() const override { return 3; }
  void read_units(Instant, std::span<UnitGroup> groups) const override {
    for (std::size_t i = 0; i < groups.size(); ++i) {
      groups[i] = {1, Duration::from_seconds(busy_s[i]), dynamic_j[i], 0.25};
    }
  }

  std::string name = "c";
  PoolResult told;
  std::vector<double> busy_s{0, 0, 0};
  std::vector<double> dynamic_j{0, 0, 0};
};

struct Rows : FleetSink {
  void fleet(const FleetRecord& row) override {
    text += fmt::format("{:g} {} {} {} {}/{}: {:g} {:g} {:g} {:g} W; ", row.end.seconds(), row.site,
                        row.cluster, row.pool, row.group, row.units, row.busy, *row.kv_usage,
                        row.clock, row.power_w);
  }
  std::string text;
};

}  // namespace

TEST_CASE("fleet meter: idle power by units, the rest by work, intervals apart") {
  SiteConfig site;
  auto& node = site.clusters["c"].node;
  node.chips_per_node = 2;
  node.chip.power_idle = Watts(25);
  node.host_power_idle = Watts(50);
  node.psu_efficiency = 1;
  REQUIRE(node.power_idle() == Watts(100));
  GivenPool pool;
  Rows rows;
  FleetMeter meter("s", site, {&pool}, 64, rows);
  const auto full = [](const std::string&) { return 1.0; };
  // 10 s: 2000 J idle, a third each; 900 J above it, 600 and 300 of them.
  pool.told.energy_it = Joules(2900);
  pool.busy_s = {10, 5, 0};
  pool.dynamic_j = {600, 300, 0};
  meter.write(at(10), full);
  CHECK(rows.text ==
        "10 s c chat/main 0/1: 1 0.25 1 126.667 W; 10 s c chat/main 1/1: 0.5 0.25 1 96.6667 W; "
        "10 s c chat/main 2/1: 0 0.25 1 66.6667 W; ");
  // The next 5 s: dark half of the time, 500 J of 1000 J idle; nothing has worked.
  rows.text.clear();
  pool.told.energy_it = Joules(3400);
  meter.write(at(15), [](const std::string&) { return 0.5; });
  CHECK(rows.text ==
        "15 s c chat/main 0/1: 0 0.25 0.5 33.3333 W; 15 s c chat/main 1/1: 0 0.25 0.5 33.3333 W; "
        "15 s c chat/main 2/1: 0 0.25 0.5 33.3333 W; ");
}

TEST_CASE("fleet meter: long runs have fewer groups, so that the file stays small") {
  ScenarioConfig config;
  CHECK(fleet_groups_max(config) == 64);
  config.output.series = Seconds(60);
  CHECK(fleet_groups_max(config) == 64);  // who knows how long
  config.horizon = Seconds(86400);
  CHECK(fleet_groups_max(config) == 64);  // 1440 x 64 rows
  config.horizon = Seconds(60.0 * 20'000);
  CHECK(fleet_groups_max(config) == 25);
  config.horizon = Seconds(60.0 * 1e6);
  CHECK(fleet_groups_max(config) == 1);
}

TEST_CASE("units in groups: as even as they can be, and a node knows its block") {
  for (std::uint32_t units = 1; units < 90; units += 7) {
    for (std::uint32_t groups = 1; groups <= std::min(units, 64U); ++groups) {
      CHECK(first_unit(0, groups, units) == 0);
      CHECK(first_unit(groups, groups, units) == units);
      for (std::uint32_t group = 0; group < groups; ++group) {
        const auto size = first_unit(group + 1, groups, units) - first_unit(group, groups, units);
        REQUIRE((size == units / groups || size == units / groups + 1));
        HeldChips held(units, groups);
        held.add(first_unit(group, groups, units), 1, at(0));
        held.add(first_unit(group + 1, groups, units) - 1, 1, at(0));
        REQUIRE(held.until(group, at(1)) == 2 * Duration::ticks_per_second);
      }
    }
  }
}

TEST_CASE("held chips: the integral over time, exact") {
  HeldChips held(4, 2);
  held.add(0, 8000, at(1));
  held.add(3, 500, at(2));
  held.add(1, 8000, at(3));
  held.add(0, -8000, at(4));
  const auto seconds = [&](std::size_t block, double date) {
    return static_cast<double>(held.until(block, at(date))) / 1000 / Duration::ticks_per_second;
  };
  CHECK(seconds(0, 4) == 3 * 8 + 8);
  CHECK(seconds(0, 6) == 3 * 8 + 3 * 8);
  CHECK(seconds(1, 6) == 4 * 0.5);
}
