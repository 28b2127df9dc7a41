// SPDX-License-Identifier: Apache-2.0
#include "sim/report/frontier.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/random.hpp"
#include "tests/with_catch.hpp"

namespace tokenfab {
namespace {

using Points = std::vector<PlotPoint>;
using Indices = std::vector<std::size_t>;

TEST_CASE("frontier: points that another one beats are left out") {
  CHECK(frontier_of({}).empty());
  CHECK(frontier_of({{5, 5}}) == Indices{0});
  // (2, 3) is beaten by (4, 2); (1, 1) is the cheapest, (6, 9) the fastest.
  CHECK(frontier_of({{6, 9}, {1, 1}, {2, 3}, {4, 2}}) == Indices{1, 3, 0});
  SECTION("as fast and dearer, as dear and slower, equal") {
    CHECK(frontier_of({{4, 3}, {4, 2}, {3, 2}, {4, 2}}) == Indices{1});
  }
}

TEST_CASE("frontier: no point beats one of the frontier, and each left out is beaten") {
  RandomStream random(11, 0, "test", "frontier");
  Points points;
  for (int i = 0; i < 300; ++i) {
    points.push_back({std::floor(20 * random.uniform()), std::floor(20 * random.uniform())});
  }
  const auto beats = [](const PlotPoint& a, const PlotPoint& b) {
    return a.x >= b.x && a.y <= b.y && (a.x > b.x || a.y < b.y);
  };
  const auto frontier = frontier_of(points);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const bool is_kept = std::find(frontier.begin(), frontier.end(), i) != frontier.end();
    const bool is_beaten = std::any_of(points.begin(), points.end(), [&](const PlotPoint& other) {
      return beats(other, points[i]);
    });
    const bool is_repeated = std::any_of(frontier.begin(), frontier.end(), [&](std::size_t kept) {
      return kept != i && points[kept].x == points[i].x && points[kept].y == points[i].y;
    });
    CHECK(is_kept == (!is_beaten && !is_repeated));
  }
}

TEST_CASE("frontier: the cost between points is a straight line over a logarithmic axis") {
  const Points frontier{{10, 1}, {20, 4}, {40, 64}};
  CHECK(*cost_at(frontier, 0) == 1);
  CHECK(*cost_at(frontier, 10) == 1);
  CHECK(*cost_at(frontier, 15) == Approx(2));  // half way from 1 to 4
  CHECK(*cost_at(frontier, 25) == Approx(8));  // a quarter of four doublings
  CHECK(*cost_at(frontier, 40) == 64);
  CHECK_FALSE(cost_at(frontier, 40.1));
  CHECK_FALSE(cost_at({}, 1));
}

TEST_CASE("frontier: the cheapest changes where lines cross") {
  // Doublings per 10 of speed: the first 1 from cost 1, the second none at cost 4: they meet after
  // two doublings, at 20; the second ends at 30 and the first goes on.
  const Points steep{{0, 1}, {40, 16}};
  const Points flat{{30, 4}};
  const auto stretches = cheapest_stretches({steep, flat});
  REQUIRE(stretches.size() == 3);
  CHECK(stretches[0].frontier == 0);
  CHECK(stretches[0].to == Approx(20));
  CHECK(stretches[1].frontier == 1);
  CHECK(stretches[1].to == 30);
  CHECK(stretches[2].frontier == 0);
  CHECK(stretches[2].to == 40);
}

TEST_CASE("frontier: one line, equal lines and none") {
  CHECK(cheapest_stretches({}).empty());
  CHECK(cheapest_stretches({{}, {}}).empty());
  const Points line{{10, 1}, {20, 4}};
  const auto alone = cheapest_stretches({{}, line});
  REQUIRE(alone.size() == 1);
  CHECK((alone[0].from == 0 && alone[0].to == 20 && alone[0].frontier == 1));
  const auto equal = cheapest_stretches({line, line});
  REQUIRE(equal.size() == 1);
  CHECK(equal[0].frontier == 0);
}

TEST_CASE("frontier: a change that gains little is none") {
  // Level lines of cost 1 and 1.04 that change places at 10 and back at 20.
  const std::vector<Points> close{{{10, 1}, {10.001, 1.04}, {20, 1.04}, {20.001, 1.05}, {30, 1.05}},
                                  {{20, 1}, {20.001, 1.1}, {30, 1.1}}};
  const auto all = cheapest_stretches(close);
  CHECK(all.size() == 3);
  const auto lasting = lasting_stretches(all, close, 0.05);
  REQUIRE(lasting.size() == 1);
  CHECK((lasting[0].from == 0 && lasting[0].to == 30));
  CHECK(lasting_stretches(all, close, 0).size() == 3);
  SECTION("but one that ends goes on no further") {
    const std::vector<Points> ends{{{10, 1}}, {{20, 1.01}}};
    CHECK(lasting_stretches(cheapest_stretches(ends), ends, 0.05).size() == 2);
  }
}

Points random_frontier(RandomStream& random) {
  Points points;
  for (int i = 0; i < 8; ++i) {
    points.push_back({100 * random.uniform(), 0.1 + 10 * random.uniform()});
  }
  Points frontier;
  for (const auto each : frontier_of(points)) {
    frontier.push_back(points[each]);
  }
  return frontier;
}

TEST_CASE("frontier: inside each stretch its frontier is the cheapest of all") {
  RandomStream random(7, 0, "test", "stretches");
  for (int round = 0; round < 200; ++round) {
    std::vector<Points> frontiers;
    for (int i = 0; i < 5; ++i) {
      frontiers.push_back(random_frontier(random));
    }
    const auto stretches = cheapest_stretches(frontiers);
    double fastest = 0;
    for (const auto& each : frontiers) {
      fastest = std::max(fastest, each.back().x);
    }
    CHECK(stretches.front().from == 0);
    CHECK(stretches.back().to == Approx(fastest));
    for (std::size_t i = 0; i < stretches.size(); ++i) {
      const auto& [from, to, cheapest] = stretches[i];
      CHECK((i == 0 || stretches[i - 1].to == from));
      for (const double share : {0.01, 0.3, 0.5, 0.99}) {
        const double x = from + share * (to - from);
        const auto cost = cost_at(frontiers[cheapest], x);
        REQUIRE(cost);
        for (const auto& other : frontiers) {
          CHECK(*cost <= cost_at(other, x).value_or(1e300) * (1 + 1e-9));
        }
      }
    }
  }
}

}  // namespace
}  // namespace tokenfab
