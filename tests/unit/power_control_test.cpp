// SPDX-License-Identifier: Apache-2.0
// Clocks by hand: caps, priorities, hysteresis, demand response.
#include <vector>

#include "models/control/demand_response.hpp"
#include "models/control/no_control.hpp"
#include "models/control/power_cap.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

const std::vector<ClockLevel> levels{{0.4, 0.25}, {0.6, 0.4}, {0.8, 0.6}, {1, 1}};

ControlledCluster cluster(double it_w, double idle_w, double clock = 1,
                          std::string_view name = "a") {
  return {Watts(it_w), Watts(idle_w), clock, levels, std::nullopt, name};
}

/// The site draws 1.2 times what its clusters do.
ControlView view_of(const std::vector<ControlledCluster>& clusters) {
  ControlView view{};
  double it_w = 0;
  for (const auto& seen : clusters) {
    it_w += seen.it_power.si();
  }
  view.site_power = Watts(1.2 * it_w);
  view.clusters = clusters;
  return view;
}

std::vector<double> decide(PowerControl& control, const ControlView& view) {
  std::vector<double> clocks(view.clusters.size(), 1.0);
  control.decide(view, clocks);
  return clocks;
}

PowerCap cap_at(double watts) {
  PowerCapConfig config;
  config.site_power_cap = Watts(watts);
  return PowerCap(config);
}

using Clocks = std::vector<double>;

}  // namespace

// 1000 W, of which 800 dynamic; site 1200 W. Falls: 0.8 -> -320, 0.6 -> -480, 0.4 -> -600.
TEST_CASE("power_cap: the highest clock whose predicted power fits") {
  const std::vector clusters{cluster(1000, 200)};
  const auto clock = [&](double cap_w) {
    auto control = cap_at(cap_w);
    return decide(control, view_of(clusters)).front();
  };
  REQUIRE(clock(1200) == 1);
  REQUIRE(clock(1199) == 0.8);
  REQUIRE(clock(880) == 0.8);
  REQUIRE(clock(879) == 0.6);
  REQUIRE(clock(720) == 0.6);
  REQUIRE(clock(600) == 0.4);
}

TEST_CASE("power_cap: a cap out of reach is counted, with the lowest clocks in force") {
  auto control = cap_at(599);
  const std::vector clusters{cluster(1000, 200)};
  REQUIRE(decide(control, view_of(clusters)) == Clocks{0.4});
  REQUIRE(control.unreachable_caps() == 1);
}

// At 0.6 of 520 W, 320 dynamic: 800 at full clock. Site 624 W; a rise to 0.8 (+160 W) costs 192
// there: 816 W, with 2 % to spare 832.7; to 1 (+480): 1200 W, 1224.5.
TEST_CASE("power_cap: clocks rise only with room to spare") {
  const std::vector clusters{cluster(520, 200, 0.6)};
  const auto clock = [&](double cap_w) {
    PowerCapConfig config;
    config.site_power_cap = Watts(cap_w);
    config.margin = 0.02;
    PowerCap control(config);
    return decide(control, view_of(clusters)).front();
  };
  REQUIRE(clock(624) == 0.6);
  REQUIRE(clock(832) == 0.6);
  REQUIRE(clock(833) == 0.8);
  REQUIRE(clock(1224) == 0.8);
  REQUIRE(clock(1225) == 1);
  REQUIRE(clock(623) == 0.4);
}

// Two clusters of 1000 W; site 2400 W. Together they fall by 640, 960, 1200 W.
TEST_CASE("power_cap: clusters give way together, or the least important first") {
  const std::vector clusters{cluster(1000, 200, 1, "a"), cluster(1000, 200, 1, "b")};
  auto equal = cap_at(1760);
  REQUIRE(decide(equal, view_of(clusters)) == Clocks{0.8, 0.8});
  PowerCapConfig config;
  config.site_power_cap = Watts(1760);
  config.importance["a"] = 1;
  PowerCap b_first(config);
  REQUIRE(decide(b_first, view_of(clusters)) == Clocks{0.8, 0.4});
  config.site_power_cap = Watts(1900);  // b alone: 480 W at 0.6 are too few, 600 at 0.4 do
  PowerCap b_alone(config);
  REQUIRE(decide(b_alone, view_of(clusters)) == Clocks{1, 0.4});
}

TEST_CASE("power_cap: racks have caps of their own, and sources their limit") {
  std::vector clusters{cluster(1000, 200, 1, "a"), cluster(1000, 200, 1, "b")};
  clusters[0].cap = Watts(700);
  PowerCap control(PowerCapConfig{});
  REQUIRE(decide(control, view_of(clusters)) == Clocks{0.8, 1});
  auto view = view_of(clusters);
  view.available_power = Watts(1500);
  REQUIRE(decide(control, view) == Clocks{0.6, 0.6});  // -480 each: 1440
  REQUIRE(control.unreachable_caps() == 0);
}

TEST_CASE("power_cap: idle clusters have nothing to give") {
  const std::vector clusters{cluster(200, 200)};
  auto control = cap_at(100);
  REQUIRE(decide(control, view_of(clusters)) == Clocks{0.4});
  REQUIRE(control.unreachable_caps() == 1);
}

TEST_CASE("demand_response: events by date, the strictest of all that hold") {
  DemandResponseConfig config;
  config.events["cap"] = {Seconds(100), Seconds(50), Watts(880), 1};
  config.events["clock"] = {Seconds(120), Seconds(100), std::nullopt, 0.65};
  config.base.site_power_cap = Watts(1199);
  DemandResponse control(config);
  const std::vector clusters{cluster(1000, 200)};
  const auto clock = [&](double seconds) {
    auto view = view_of(clusters);
    view.now = Instant(Duration::from_seconds(seconds));
    return decide(control, view).front();
  };
  REQUIRE(clock(0) == 0.8);  // the base cap
  REQUIRE(clock(100) == 0.8);
  REQUIRE(clock(120) == 0.6);
  REQUIRE(clock(219) == 0.6);
  REQUIRE(clock(220) == 0.8);
  const auto at = [](double seconds) { return Instant(Duration::from_seconds(seconds)); };
  REQUIRE(control.next_change(at(0)) == at(100));
  REQUIRE(control.next_change(at(100)) == at(120));
  REQUIRE(control.next_change(at(120)) == at(150));
  REQUIRE(!control.next_change(at(220)));
}

TEST_CASE("demand_response: a price rule resumes below its second threshold") {
  DemandResponseConfig config;
  DemandResponseRule rule;
  rule.price_above = DollarsPerJoule(10);
  rule.price_resume = DollarsPerJoule(5);
  rule.clock = 0.4;
  config.rules["dear"] = rule;
  DemandResponse control(config);
  const std::vector clusters{cluster(1000, 200)};
  const auto clock = [&](double price) {
    auto view = view_of(clusters);
    view.price = DollarsPerJoule(price);
    return decide(control, view).front();
  };
  REQUIRE(clock(10) == 1);
  REQUIRE(clock(10.1) == 0.4);
  REQUIRE(clock(6) == 0.4);
  REQUIRE(clock(5) == 1);
  REQUIRE(clock(6) == 1);
}

TEST_CASE("demand_response: what asks for nothing is told") {
  DemandResponseConfig config;
  config.events["e"] = {Seconds(0), Seconds(1), std::nullopt, 1};
  REQUIRE_THROWS_WITH(DemandResponse(config),
                      "demand_response: event e asks for nothing; give cap or a clock below 1");
  config = {};
  config.rules["r"].clock = 0.5;
  REQUIRE_THROWS_WITH(DemandResponse(config),
                      "demand_response: rule r has no threshold; give price_above or carbon_above");
  config.rules["r"].price_above = DollarsPerJoule(1);
  config.rules["r"].price_resume = DollarsPerJoule(2);
  REQUIRE_THROWS_WITH(DemandResponse(config),
                      "demand_response: rule r resumes above its threshold");
}

TEST_CASE("control none: full clocks") {
  NoControl control(NoControlConfig{});
  REQUIRE(decide(control, view_of({cluster(1000, 200, 0.4)})) == Clocks{1});
}
