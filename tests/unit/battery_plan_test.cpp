// SPDX-License-Identifier: Apache-2.0
// The linear program against exhaustive search on problems small enough for it.
#include "models/energy/battery_plan.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <limits>

#include "sim/core/random.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

void skip_without_solver() {
  if (!BatteryPlanner::is_built()) {
    std::cout << "skipped: this build has no CLP (coinor-libclp-dev)" << std::endl;
    std::exit(77);
  }
}

/// 1 W for 1 J: hours become seconds, powers are shares.
PlanInputs unit_battery(double capacity, double efficiency) {
  PlanInputs inputs;
  inputs.charge_max = Joules(capacity);
  inputs.power = Watts(1);
  inputs.one_way_efficiency = efficiency;
  return inputs;
}

/// What the meter says when the plan is carried out; infinite if it cannot be.
double cost_of(const PlanInputs& inputs, const std::vector<Watts>& plan) {
  double charge = inputs.charge.si();
  double cost = 0;
  for (std::size_t t = 0; t < plan.size(); ++t) {
    const auto& step = inputs.steps[t];
    const double power = plan[t].si();
    const double hours = step.span.si();
    charge +=
        (power < 0 ? -power * inputs.one_way_efficiency : -power / inputs.one_way_efficiency) *
        hours;
    if (charge < inputs.charge_min.si() - 1e-6 || charge > inputs.charge_max.si() + 1e-6 ||
        std::abs(power) > 1 + 1e-6) {
      return std::numeric_limits<double>::infinity();
    }
    cost += step.price.si() * std::max(0.0, step.net_load.si() - power) * hours;
  }
  return cost;
}

/// The cheapest way to go through steps t.. by moves of 1 / parts of charge each.
double searched(const PlanInputs& inputs, int parts) {
  const int levels = static_cast<int>(std::lround(inputs.charge_max.si() * parts));
  std::vector<double> later(levels + 1, 0);
  for (std::size_t t = inputs.steps.size(); t-- > 0;) {
    std::vector<double> now(levels + 1, std::numeric_limits<double>::infinity());
    for (int from = 0; from <= levels; ++from) {
      for (int to = 0; to <= levels; ++to) {
        const double moved = static_cast<double>(to - from) / parts;
        const double e = inputs.one_way_efficiency;
        const double power = -(moved > 0 ? moved / e : moved * e) / inputs.steps[t].span.si();
        const double net = inputs.steps[t].net_load.si();
        if (std::abs(power) > 1 + 1e-9 || power > std::max(0.0, net) + 1e-9) {
          continue;
        }
        const double cost =
            inputs.steps[t].price.si() * std::max(0.0, net - power) * inputs.steps[t].span.si();
        now[from] = std::min(now[from], cost + later[to]);
      }
    }
    later = now;
  }
  return later[static_cast<std::size_t>(std::lround(inputs.charge.si() * parts))];
}

}  // namespace

TEST_CASE("battery plan: without losses it is the best of all whole moves") {
  skip_without_solver();
  RandomStream random(1, 0, "plan", "prices");
  BatteryPlanner planner;
  for (int trial = 0; trial < 60; ++trial) {
    auto inputs = unit_battery(3, 1);
    inputs.charge = Joules(trial % 4);
    for (int t = 0; t < 6; ++t) {
      const double net = std::floor(random.uniform() * 4) - 1;  // -1 is a surplus
      inputs.steps.push_back(
          {Seconds(1), DollarsPerJoule(std::floor(random.uniform() * 10) - 2), Watts(net)});
    }
    const auto plan = planner.solve(inputs);
    // Extreme points of the program are whole, so whole moves reach its optimum.
    REQUIRE(cost_of(inputs, plan) == Approx(searched(inputs, 1)).margin(1e-5));
  }
}

TEST_CASE("battery plan: with losses and negative prices no search finds better") {
  skip_without_solver();
  RandomStream random(2, 0, "plan", "prices");
  BatteryPlanner planner;
  for (int trial = 0; trial < 25; ++trial) {
    auto inputs = unit_battery(2, 0.9);
    inputs.charge = Joules(1);
    for (int t = 0; t < 8; ++t) {
      inputs.steps.push_back({Seconds(1), DollarsPerJoule(random.uniform() * 3 - 0.8), Watts(2)});
    }
    const double planned = cost_of(inputs, planner.solve(inputs));
    const double found = searched(inputs, 50);
    REQUIRE(planned <= found + 1e-5);
    REQUIRE(planned == Approx(found).margin(0.15));  // the search moves in steps of 0.02
  }
}

TEST_CASE("battery plan: it buys no more than the connection leaves") {
  skip_without_solver();
  auto inputs = unit_battery(2, 1);
  inputs.import_limit = Watts(1.25);
  inputs.steps = {{Seconds(1), DollarsPerJoule(1), Watts(1)},
                  {Seconds(1), DollarsPerJoule(5), Watts(1)}};
  const auto plan = BatteryPlanner().solve(inputs);
  REQUIRE(plan[0].si() == Approx(-0.25));
  REQUIRE(plan[1].si() == Approx(0.25));
}
