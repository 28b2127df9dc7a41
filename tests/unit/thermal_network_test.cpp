// SPDX-License-Identifier: Apache-2.0
// The thermal masses of cooling plants against hand-derived solutions and small explicit steps.
#include "models/cooling/thermal_network.hpp"

#include <cmath>
#include <vector>

#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

constexpr auto all = [](const ThermalSegment&) { return true; };

ThermalInputs one(double source, double limit, double slope) {
  ThermalInputs inputs;
  inputs.node[0] = {source, limit, slope, 0, 0};
  return inputs;
}

/// Explicit steps of 1 ms: nodes at their set points pass on what they get if they can.
std::vector<double> stepped(const ThermalInputs& in, const std::vector<double>& capacity,
                            std::vector<double> x, double span_s) {
  constexpr double step = 1e-3;
  for (double t = 0; t < span_s; t += step) {
    double inflow = in.node[0].source_w;
    std::vector<double> change(x.size());
    for (std::size_t k = 1; k < x.size(); ++k) {
      const auto& n = in.node[k];
      const double limit = n.limit_w + n.slope_w_k * (x[k] - x[0]);
      const bool is_free = x[k] > 0 || n.source_w > limit;
      inflow += is_free ? limit + n.own_full_w : n.source_w + n.own_w;
      change[k] = is_free ? (n.source_w - limit) / capacity[k] : 0;
    }
    const double limit = in.node[0].limit_w + in.node[0].slope_w_k * x[0];
    change[0] = x[0] > 0 || inflow > limit ? (inflow - limit) / capacity[0] : 0;
    for (std::size_t k = 0; k < x.size(); ++k) {
      x[k] = std::max(0.0, x[k] + step * change[k]);
    }
  }
  return x;
}

}  // namespace

TEST_CASE("thermal network: without any rejection the rise is C dT / Q") {
  ThermalNetwork network(1);
  network.set_capacity(0, 2e6);
  network.advance(100, one(1e5, 0, 0), all);
  REQUIRE(network.excess_k(0) == Approx(5).epsilon(1e-12));
  REQUIRE(network.stored_j() == Approx(1e7).epsilon(1e-12));
}

TEST_CASE("thermal network: a floating node settles where it rejects all, exponentially") {
  ThermalNetwork network(1);
  network.set_capacity(0, 1000);
  // 10 W too much, 2 W/K: settles at 5 K with a time constant of 500 s.
  network.advance(500, one(110, 100, 2), all);
  REQUIRE(network.excess_k(0) == Approx(5 * (1 - std::exp(-1.0))).epsilon(1e-12));
  network.advance(1e6, one(110, 100, 2), all);
  REQUIRE(network.excess_k(0) == Approx(5).epsilon(1e-12));
}

TEST_CASE("thermal network: recovery stops at the set point, at the date found by hand") {
  ThermalNetwork network(1);
  network.set_capacity(0, 1000);
  network.advance(100, one(100, 0, 0), all);
  REQUIRE(network.excess_k(0) == Approx(10));
  // 20 W spare: 1000 x 10 / 20 = 500 s.
  std::vector<double> spans;
  network.advance(600, one(30, 50, 0), [&](const ThermalSegment& segment) {
    spans.push_back(segment.span_s);
    return true;
  });
  REQUIRE(spans.size() == 2);
  REQUIRE(spans[0] == Approx(500).epsilon(1e-12));
  REQUIRE(network.excess_k(0) == 0);
  REQUIRE(network.is_at_set_points());
}

TEST_CASE("thermal network: what nodes pass on is what they do not keep") {
  ThermalNetwork network(2);
  network.set_capacity(0, 5e4);
  network.set_capacity(1, 2e4);
  ThermalInputs inputs;
  inputs.node[0] = {0, 800, 10, 20, 30};
  inputs.node[1] = {1000, 1100, 50, 5, 8};
  double rejected = 0;
  double own = 0;
  network.advance(3600, inputs, [&](const ThermalSegment& segment) {
    rejected += segment.rejected_j;
    own += (segment.is_free[1] ? 8 : 5) * segment.span_s;
    return true;
  });
  REQUIRE(1000 * 3600.0 + own == Approx(rejected + network.stored_j()).epsilon(1e-12));
}

TEST_CASE("thermal network: coupled nodes against small steps") {
  // Chillers lost: water warms, then the coils no longer hold the room, then all comes back.
  ThermalInputs failed;
  failed.node[0] = {0, 300, 5, 10, 15};
  failed.node[1] = {1000, 1200, 60, 4, 9};
  failed.node[2] = {500, 600, 30, 2, 3};
  ThermalInputs back = failed;
  back.node[0].limit_w = 2500;
  const std::vector<double> capacity{6000, 3000, 900};
  ThermalNetwork network(3);
  for (int k = 0; k < 3; ++k) {
    network.set_capacity(k, capacity[k]);
  }
  std::vector<double> x{0, 0, 0};
  const auto compare = [&](const ThermalInputs& inputs, double span) {
    network.advance(span, inputs, all);
    x = stepped(inputs, capacity, x, span);
    for (int k = 0; k < 3; ++k) {
      REQUIRE(network.excess_k(k) == Approx(x[k]).margin(2e-3));
    }
  };
  compare(failed, 5);
  REQUIRE(network.excess_k(1) == 0);
  compare(failed, 30);
  REQUIRE(network.excess_k(1) > 0);
  compare(back, 10);
  compare(back, 100);
  REQUIRE(network.is_at_set_points());
}
