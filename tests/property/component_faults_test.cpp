// SPDX-License-Identifier: Apache-2.0
// Laws of fault processes, over components drawn at random.
#include "models/faults/component_faults.hpp"

#include <cmath>

#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

constexpr double day_s = 86400;

ComponentConfig random_component(RandomStream& random) {
  const auto below = [&random](std::uint64_t n) {
    return static_cast<std::int64_t>(random.next_u64() % n);
  };
  ComponentConfig part;
  part.count = 1 + below(8);
  part.scope = below(3) == 0 ? 1 + below(40) : 1;
  part.process = static_cast<FailureLaw>(below(3));
  const auto days = [&](double most) { return Seconds((1 + most * random.uniform()) * day_s); };
  if (part.process == FailureLaw::Weibull) {
    part.shape = 0.4 + 2 * random.uniform();
    part.scale = days(300);
  } else {
    part.mtbf = days(300);
  }
  if (part.process == FailureLaw::Bathtub) {
    part.infant = WeibullConfig{0.3 + 0.6 * random.uniform(), days(3000)};
    part.wear_out = WeibullConfig{1.5 + 5 * random.uniform(), days(1000)};
  }
  part.effect = static_cast<FaultEffect>(below(3));
  if (part.effect == FaultEffect::Slows) {
    part.slowdown = 1.1;
    part.detection = Seconds(600);
  }
  part.repair.distribution = RepairLaw::Exponential;
  part.repair.mean = Seconds(600);
  return part;
}

}  // namespace

TEST_CASE("component faults: in order, within the cluster, as often as expected, and again") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    RandomStream random(seed, 0, "components", "test");
    ComponentFaultsConfig config;
    for (const char* name : {"a", "b", "c"}) {
      config.components[name] = random_component(random);
    }
    const auto nodes = static_cast<std::uint32_t>(1 + random.next_u64() % 200);
    ComponentFaults faults(config);
    ComponentFaults again(config);
    const double expected_per_s = faults.stops_per_s(nodes);
    REQUIRE(expected_per_s >= 0);
    REQUIRE(faults.stops_per_s(nodes + 1) >= expected_per_s);
    REQUIRE(faults.stops_per_s(1) <= expected_per_s);
    faults.start(nodes, {seed, 0, "cluster", "faults"});
    again.start(nodes, {seed, 0, "cluster", "faults"});
    Instant last;
    double stops = 0;
    const double span_s = 200 * day_s;
    for (auto loss = faults.next(); loss->date.seconds() < span_s; loss = faults.next()) {
      const auto twin = again.next();
      REQUIRE(twin->date == loss->date);
      REQUIRE(twin->node == loss->node);
      REQUIRE(loss->date >= last);
      last = loss->date;
      REQUIRE(loss->nodes >= 1);
      REQUIRE(loss->node + loss->nodes <= nodes);
      const auto& part = config.components.at(faults.causes().at(loss->cause));
      REQUIRE((loss->slowdown == 0) == (part.effect != FaultEffect::Slows));
      if (part.effect == FaultEffect::StopsJob) {
        REQUIRE(loss->repair == Duration());
      }
      stops += loss->slowdown == 0 ? 1 : 0;
    }
    const double expected = expected_per_s * span_s;
    // Infant mortality clusters failures: up to six times the variance of a Poisson count.
    INFO("seed " << seed << ": " << stops << " stops against " << expected);
    REQUIRE(std::abs(stops - expected) <= 4 * std::sqrt(6 * expected) + 0.01 * expected);
  }
}
