// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <map>

#include "models/faults/node_faults.hpp"
#include "tests/failure_rates.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr double day_s = 86400;

RandomStream stream(std::uint64_t seed = 1) { return {seed, 0, "cluster", "faults"}; }

ComponentConfig every(double mtbf_s) {
  ComponentConfig component;
  component.mtbf = Seconds(mtbf_s);
  return component;
}

std::vector<NodeLoss> losses_until(FaultProcess& faults, double end_s) {
  std::vector<NodeLoss> all;
  for (auto loss = faults.next(); loss && loss->date.seconds() < end_s; loss = faults.next()) {
    all.push_back(*loss);
  }
  return all;
}

/// Within `sigmas` standard deviations of a Poisson count.
bool is_poisson(double count, double expected, double sigmas = 4) {
  return std::abs(count - expected) < sigmas * std::sqrt(expected);
}

}  // namespace

TEST_CASE("lifetime: means by hand") {
  REQUIRE(Lifetime({{1, 500}}).mean_s() == Approx(500));
  REQUIRE(Lifetime({{2, 100}}).mean_s() == Approx(100 * std::sqrt(M_PI) / 2));
  // Hazards add: 1/100 + 1/200 + 1/600 = 1/60, and two of shape 2 are one of 100 / sqrt(2).
  REQUIRE(Lifetime({{1, 100}, {1, 200}, {1, 600}}).mean_s() == Approx(60).epsilon(1e-4));
  REQUIRE(Lifetime({{2, 100}, {2, 100}}).mean_s() ==
          Approx(100 / std::sqrt(2) * std::sqrt(M_PI) / 2).epsilon(1e-4));
  REQUIRE(Lifetime({{2, 100}, {1, 50}}).hazard_over(10, 20) == Approx(0.09 - 0.01 + 0.4));
}

TEST_CASE("lifetime: draws have the mean, and what is left at an age the conditional one") {
  const Lifetime bathtub({{0.5, 4000}, {1, 1000}, {5, 900}});
  auto random = stream();
  double sum = 0;
  double steady = 0;
  double squares = 0;
  const int draws = 40000;
  for (int i = 0; i < draws; ++i) {
    const double life = bathtub.draw_s(random);
    sum += life;
    squares += life * life;
    steady += bathtub.draw_steady_s(random);
  }
  REQUIRE(sum / draws == Approx(bathtub.mean_s()).epsilon(0.02));
  // Met at a random date, E[T^2] / 2 E[T] is left on average (renewal theory).
  REQUIRE(steady / draws == Approx(squares / sum / 2).epsilon(0.03));
  // P(more than t left at age a) = exp(H(a) - H(a + t)).
  int survivors = 0;
  for (int i = 0; i < draws; ++i) {
    survivors += bathtub.draw_remaining_s(300, random) > 200 ? 1 : 0;
  }
  REQUIRE(survivors / double(draws) ==
          Approx(std::exp(-bathtub.hazard_over(300, 200))).epsilon(0.03));
}

TEST_CASE("faults: exponential components add up, each at its rate") {
  ComponentFaultsConfig config;
  config.components["gpu"] = every(800 * day_s);
  config.components["gpu"].count = 8;
  config.components["software"] = every(50 * day_s);
  config.components["software"].effect = FaultEffect::StopsJob;
  ComponentFaults faults(config);
  faults.start(100, stream());
  REQUIRE(faults.causes() == std::vector<std::string>{"gpu", "software"});
  // 100 nodes x (8 / 800 + 1 / 50) = 3 a day.
  REQUIRE(faults.stops_per_s(100) * day_s == Approx(3));
  std::map<std::uint32_t, int> by_cause;
  Instant last;
  for (const auto& loss : losses_until(faults, 2000 * day_s)) {
    REQUIRE(loss.date >= last);
    last = loss.date;
    ++by_cause[loss.cause];
    REQUIRE(loss.node < 100);
    REQUIRE(loss.repair == Duration::from_seconds(loss.cause == 0 ? day_s : 0));
  }
  REQUIRE(is_poisson(by_cause[0], 2000));
  REQUIRE(is_poisson(by_cause[1], 4000));
}

TEST_CASE("faults: a component more shifts nobody else's dates") {
  ComponentFaultsConfig config;
  config.components["gpu"] = every(day_s);
  ComponentFaults alone(config);
  config.components["a fan"] = every(day_s);
  ComponentFaults both(config);
  alone.start(10, stream());
  both.start(10, stream());
  std::vector<NodeLoss> others;
  for (const auto& loss : losses_until(both, 20 * day_s)) {
    if (both.causes()[loss.cause] == "gpu") {
      others.push_back(loss);
    }
  }
  const auto gpus = losses_until(alone, 20 * day_s);
  REQUIRE(gpus.size() == others.size());
  for (std::size_t i = 0; i < gpus.size(); ++i) {
    REQUIRE(gpus[i].date == others[i].date);
    REQUIRE(gpus[i].node == others[i].node);
  }
}

TEST_CASE("faults: a rack takes its nodes along, the last one those it has") {
  ComponentFaultsConfig config;
  config.components["rack"] = every(30 * day_s);
  config.components["rack"].scope = 18;
  config.components["rack"].count = 2;  // power shelves, say
  ComponentFaults faults(config);
  faults.start(40, stream());
  // Three racks of two, however many nodes of a rack the job has.
  REQUIRE(faults.stops_per_s(40) * day_s == Approx(6 / 30.0));
  REQUIRE(faults.stops_per_s(1) * day_s == Approx(2 / 30.0));
  std::map<std::uint32_t, int> by_node;
  for (const auto& loss : losses_until(faults, 3000 * day_s)) {
    ++by_node[loss.node];
    REQUIRE(loss.nodes == (loss.node == 36 ? 4 : 18));
  }
  REQUIRE(by_node.size() == 3);
  REQUIRE(is_poisson(by_node[0], 200));
  REQUIRE(is_poisson(by_node[18], 200));
  REQUIRE(is_poisson(by_node[36], 200));
}

TEST_CASE("faults: slow nodes are slow until noticed and replaced, and stop nothing") {
  ComponentFaultsConfig config;
  auto& thermal = config.components["thermal"];
  thermal = every(10 * day_s);
  thermal.effect = FaultEffect::Slows;
  thermal.slowdown = 1.3;
  thermal.detection = Seconds(6 * 3600);
  thermal.repair.mean = Seconds(3600);
  ComponentFaults faults(config);
  faults.start(4, stream());
  const auto loss = *faults.next();
  REQUIRE(loss.slowdown == 1.3);
  REQUIRE(loss.repair == Duration::from_seconds(7 * 3600));
  REQUIRE(faults.stops_per_s(4) == 0);
}

TEST_CASE("faults: Weibull parts of all ages fail at the long-run rate from the start") {
  ComponentFaultsConfig config;
  auto& part = config.components["part"];
  part.process = FailureLaw::Weibull;
  part.shape = 0.5;
  part.scale = Seconds(50 * day_s);  // mean: scale x Gamma(3) = 100 d
  part.repair.mean = Seconds(0);
  ComponentFaults faults(config);
  faults.start(1000, stream());
  REQUIRE(faults.stops_per_s(1000) * day_s == Approx(10));
  const auto losses = losses_until(faults, 200 * day_s);
  double early = 0;
  for (const auto& loss : losses) {
    early += loss.date.seconds() < 20 * day_s ? 1 : 0;
  }
  // Renewals of shape 1/2 cluster: their counts vary by E[T^2] / E[T]^2 - 1 = 5 times Poisson.
  REQUIRE(is_poisson(early, 200, 4 * std::sqrt(5)));
  REQUIRE(is_poisson(static_cast<double>(losses.size()), 2000, 4 * std::sqrt(5)));
}

TEST_CASE("faults: new parts of a bathtub die young, old ones wear out") {
  ComponentFaultsConfig config;
  auto& part = config.components["part"];
  part.process = FailureLaw::Bathtub;
  part.infant = WeibullConfig{0.5, Seconds(40000 * day_s)};
  part.mtbf = Seconds(10000 * day_s);
  part.wear_out = WeibullConfig{6, Seconds(2000 * day_s)};
  const auto in_30_days = [&config, &part](double age_days) {
    part.age = Seconds(age_days * day_s);
    ComponentFaults faults(config);
    faults.start(20000, stream());
    const double count = static_cast<double>(losses_until(faults, 30 * day_s).size());
    // stops_per_s() looks at the same 30 days; replaced parts add infant deaths, under 2 %.
    const double expected = faults.stops_per_s(20000) * 30 * day_s;
    INFO(age_days << " days: " << count << " against " << expected);
    REQUIRE(count > expected - 4 * std::sqrt(expected));
    REQUIRE(count < 1.03 * expected + 4 * std::sqrt(expected));
    return count;
  };
  const double infants = in_30_days(0);
  const double adults = in_30_days(700);
  const double old = in_30_days(1900);
  REQUIRE(infants > 5 * adults);
  REQUIRE(old > 5 * adults);
}

TEST_CASE("faults: repair times have their mean") {
  auto random = stream();
  const auto mean_of = [&random](const RepairConfig& config) {
    double sum_s = 0;
    for (int i = 0; i < 40000; ++i) {
      sum_s += draw_repair(config, random).seconds();
    }
    return sum_s / 40000;
  };
  RepairConfig config;
  config.mean = Seconds(3600);
  REQUIRE(mean_of(config) == Approx(3600));
  config.distribution = RepairLaw::Exponential;
  REQUIRE(mean_of(config) == Approx(3600).epsilon(0.02));
  config.distribution = RepairLaw::Weibull;
  config.shape = 0.58;
  REQUIRE(mean_of(config) == Approx(3600).epsilon(0.04));
  config.distribution = RepairLaw::Lognormal;
  config.shape.reset();
  config.sigma = 1;
  REQUIRE(mean_of(config) == Approx(3600).epsilon(0.03));
}

TEST_CASE("faults: contradictions are told, all of them") {
  ComponentFaultsConfig config;
  REQUIRE_THROWS_WITH(ComponentFaults(config), Catch::Contains("components: there are none"));
  auto& part = config.components["part"];
  part.process = FailureLaw::Weibull;
  part.mtbf = Seconds(1);
  part.shape = 2;
  part.slowdown = 2;
  part.repair.distribution = RepairLaw::Lognormal;
  REQUIRE_THROWS_WITH(ComponentFaults(config),
                      Catch::Contains("part.mtbf: process weibull has none") &&
                          Catch::Contains("process weibull needs scale") &&
                          Catch::Contains("part.slowdown: only effect slows") &&
                          Catch::Contains("lognormal needs sigma"));
  part = every(1);
  part.age = Seconds(5);
  part.effect = FaultEffect::Slows;
  REQUIRE_THROWS_WITH(ComponentFaults(config), Catch::Contains("lifetimes do not age") &&
                                                   Catch::Contains("slows needs slowdown") &&
                                                   Catch::Contains("slows needs detection"));
}

TEST_CASE("faults: catalogue rates, keys over them, and a factor on all") {
  const auto stops_per_day = [](const std::string& more) {
    return ComponentFaults(failure_rates("rsc-1", more)).stops_per_s(1) * day_s;
  };
  REQUIRE(stops_per_day("") == Approx(6.5e-3).epsilon(1e-4));
  REQUIRE(stops_per_day(R"(, "rate_scale": 2)") == Approx(13e-3).epsilon(1e-4));
  REQUIRE(stops_per_day(R"(, "components": {"node": {"mtbf": "10 d"}})") == Approx(0.1));
  REQUIRE(stops_per_day(R"(, "components": {"cdu": {"mtbf": "10 d", "scope": 32}})") ==
          Approx(0.1065).epsilon(1e-4));
}

TEST_CASE("faults: scheduled losses of racks and slow nodes") {
  ScheduledFaultsConfig config;
  config.losses["slow"].at = Seconds(5);
  config.losses["slow"].node = 2;
  config.losses["slow"].slowdown = 1.5;
  config.losses["rack"].at = Seconds(3);
  config.losses["rack"].node = 6;
  config.losses["rack"].nodes = 4;
  config.losses["beyond"].at = Seconds(1);
  config.losses["beyond"].node = 8;
  ScheduledFaults faults(config);
  faults.start(8, stream());
  const auto rack = *faults.next();
  REQUIRE(rack.nodes == 2);  // of a cluster of eight
  REQUIRE(rack.slowdown == 0);
  REQUIRE(faults.causes()[rack.cause] == "rack");
  const auto slow = *faults.next();
  REQUIRE(slow.slowdown == 1.5);
  REQUIRE(slow.nodes == 1);
  REQUIRE_FALSE(faults.next());
  config.losses["slow"].slowdown = 0.5;
  REQUIRE_THROWS_WITH(ScheduledFaults(config), Catch::Contains("losses/slow.slowdown (0.5)"));
}
