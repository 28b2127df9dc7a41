// SPDX-License-Identifier: Apache-2.0
// Curves of a gate: interpolation, gaps, break-even points, fronts.
#include <algorithm>
#include <cmath>

#include "sim/core/random.hpp"
#include "sim/gate/crossings.hpp"
#include "sim/gate/curve_gap.hpp"
#include "sim/gate/front_changes.hpp"
#include "sim/gate/monotone_cubic.hpp"
#include "tests/with_catch.hpp"

namespace tokenfab {
namespace {

using Words = std::vector<std::string>;

CurveLinePoints points(const std::vector<std::pair<double, double>>& values) {
  CurveLinePoints line;
  for (const auto& [x, y] : values) {
    line.push_back({x, y, ""});
  }
  return line;
}

TEST_CASE("monotone cubic: slopes and values by hand") {
  // Widths 1 1 2, secants 1 3 1/2. At x = 1 the weights are 3 and 3: 6 / (3/1 + 3/3) = 3/2. At 2
  // they are 5 and 4: 9 / (5/3 + 4/(1/2)) = 27/29. At 0 the parabola gives (3*1 - 1*3) / 2 = 0; at
  // 4 (5/2 - 6) / 3 < 0 would fall and becomes 0.
  const MonotoneCubic curve({0, 1, 2, 4}, {0, 1, 4, 5});
  const std::vector<double> slopes{0, 1.5, 27.0 / 29, 0};
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    CHECK(curve.slopes()[i] == Approx(slopes[i]).margin(1e-15));
  }
  // In the middle of a stretch: mean of the ends + width / 8 x difference of the slopes.
  CHECK(curve.at(1.5) == Approx(2.5 + (1.5 - 27.0 / 29) / 8));
  CHECK(curve.at(3) == Approx(4.5 + 2.0 / 8 * (27.0 / 29)));
  CHECK(curve.at(0) == 0);
  CHECK(curve.at(2) == 4);
  CHECK(curve.at(4) == 5);
  CHECK(curve.at(-1) == 0);
  CHECK(curve.at(9) == 5);
}

TEST_CASE("monotone cubic: a steep end is limited to three times the secant") {
  // Secants 1 and -9: the parabola's slope (3*1 - 1*(-9)) / 2 = 6 is more than 3.
  CHECK(MonotoneCubic({0, 1, 2}, {0, 1, -8}).slopes()[0] == 3);
}

TEST_CASE("monotone cubic: lines stay lines, one point is a constant, two make a line") {
  const MonotoneCubic line({-1, 0, 2, 7}, {-2, 0, 4, 14});
  for (double x = -1; x <= 7; x += 0.37) {
    CHECK(line.at(x) == Approx(2 * x).margin(1e-12));
  }
  CHECK(MonotoneCubic({3}, {5}).at(100) == 5);
  CHECK(MonotoneCubic({1, 3}, {1, 5}).at(2) == Approx(3));
}

TEST_CASE("monotone cubic: the data that Fritsch and Carlson drew stay monotone") {
  // Radiochemical data, the paper's table "RPN 14".
  const std::vector<double> x{7.99, 8.09, 8.19, 8.7, 9.2, 10, 12, 15, 20};
  const std::vector<double> y{0,        2.76429e-5, 4.37498e-2, 0.169183, 0.469428,
                              0.943740, 0.998636,   0.999919,   0.999994};
  const MonotoneCubic curve(x, y);
  double before = 0;
  for (double at = 7.99; at <= 20; at += 0.001) {
    const double here = curve.at(at);
    CHECK(here >= before - 1e-15);
    before = here;
  }
  CHECK(before <= 0.999994);
}

TEST_CASE("monotone cubic: never leaves the values at the ends of a stretch") {
  RandomStream random(5, 0, "test", "cubic");
  for (int round = 0; round < 50; ++round) {
    std::vector<double> x{0};
    std::vector<double> y{random.uniform()};
    for (int i = 0; i < 12; ++i) {
      x.push_back(x.back() + 0.01 + random.uniform());
      y.push_back(10 * random.uniform());
    }
    const MonotoneCubic curve(x, y);
    for (std::size_t i = 0; i + 1 < x.size(); ++i) {
      const auto [low, high] = std::minmax(y[i], y[i + 1]);
      for (double share = 0; share <= 1; share += 0.05) {
        const double here = curve.at(x[i] + share * (x[i + 1] - x[i]));
        CHECK(here >= low - 1e-12);
        CHECK(here <= high + 1e-12);
      }
    }
  }
}

TEST_CASE("order_points: sorts, keeps twins once, refuses what has no meaning") {
  auto line = points({{3, 1}, {1, 2}, {3, 1}});
  CHECK(order_points(line).empty());
  CHECK(line == points({{1, 2}, {3, 1}}));
  auto twice = points({{3, 1}, {3, 2}});
  CHECK(order_points(twice) == "has two values at x = 3: 1 and 2");
  auto none = points({});
  CHECK(order_points(none) == "has no point");
  auto infinite = points({{1, INFINITY}});
  CHECK(order_points(infinite) == "has the point (1, inf), which is not finite or too large");
  auto nan = points({{NAN, 1}});
  CHECK(!order_points(nan).empty());
}

TEST_CASE("curve gap: straight lines with different points") {
  // y = x and y = x + (x - 1) / 2 over 1 to 5: the relative gap (x - 1) / 2x is the largest at the
  // end, 0.4; the mean gap is 1, the mean of the baseline 3.
  const auto gap =
      gap_between(points({{1, 1}, {2, 2}, {5, 5}}), points({{1, 1}, {4, 5.5}, {5, 7}}), {1e-6, 0});
  CHECK(!gap.is_log);
  CHECK(gap.rise.x == 5);
  CHECK(gap.rise.relative() == Approx(0.4));
  CHECK(gap.fall.relative() == Approx(0).margin(1e-12));
  CHECK(gap.mean_absolute == Approx(1));
  CHECK(gap.mean_relative == Approx(1.0 / 3));
  CHECK(gap.lost_reach.low + gap.lost_reach.high == 0);
}

TEST_CASE("curve gap: a hump between the baseline's points is found") {
  const auto gap = gap_between(points({{0, 1}, {4, 1}}), points({{0, 1}, {2, 2}, {4, 1}}), {});
  CHECK(gap.rise.x == Approx(2).margin(1e-6));
  CHECK(gap.rise.relative() == Approx(1));
  SECTION("and one that lies at no point of either") {
    // Baseline 1 + x / 3; now rises faster at first.
    const auto baseline = points({{0, 1}, {3, 2}});
    const auto now = points({{0, 1}, {1, 2}, {3, 2}});
    const MonotoneCubic curve({0, 1, 3}, {1, 2, 2});
    double x = 0;
    double most = 0;
    for (int i = 0; i <= 3'000'000; ++i) {  // the plainest search there is
      const double at = i * 1e-6;
      const double relative = curve.at(at) / (1 + at / 3) - 1;
      x = relative > most ? at : x;
      most = std::max(most, relative);
    }
    const auto found = gap_between(baseline, now, {});
    CHECK(found.rise.x == Approx(x).margin(2e-6));
    CHECK(found.rise.relative() == Approx(most).epsilon(1e-12));
  }
}

TEST_CASE("curve gap: equal curves have none, a factor is the same everywhere") {
  const auto line = points({{20, 0.19}, {40, 0.29}, {60, 0.42}, {80, 0.66}, {250, 1.61}});
  const auto none = gap_between(line, line, {});
  CHECK(none.rise.relative() == 0);
  CHECK(none.fall.relative() == 0);
  CHECK(none.mean_relative == 0);
  CHECK(none.is_log);
  auto dearer = line;
  for (auto& each : dearer) {
    each.y *= 1.1;
  }
  const auto gap = gap_between(line, dearer, {});
  CHECK(gap.rise.relative() == Approx(0.1));
  CHECK(gap.fall.relative() == Approx(0.1));
  CHECK(gap.mean_relative == Approx(0.1));
}

TEST_CASE("curve gap: over more than a decade the axis is logarithmic") {
  // log10 x is a straight line there: 1 at x = 10. Twice as high against it at every x.
  const auto gap = gap_between(points({{1, 1}, {100, 3}}), points({{1, 2}, {10, 4}, {100, 6}}), {});
  CHECK(gap.is_log);
  CHECK(gap.rise.relative() == Approx(1));
  CHECK(gap.fall.relative() == Approx(1));
  CHECK(!gap_between(points({{-1, 1}, {100, 3}}), points({{1, 2}, {100, 6}}), {}).is_log);
}

TEST_CASE("curve gap: reach that is lost and new, and no common range") {
  const auto gap = gap_between(points({{0, 1}, {10, 1}}), points({{1, 1}, {8, 1}}), {});
  CHECK(gap.lost_reach.low == Approx(0.1));
  CHECK(gap.lost_reach.high == Approx(0.2));
  CHECK(gap.new_reach.low + gap.new_reach.high == 0);
  CHECK(gap.low == 1);
  CHECK(gap.high == 8);
  const auto apart = gap_between(points({{0, 1}, {1, 1}}), points({{2, 1}, {3, 1}}), {});
  CHECK(!apart.has_common_range);
  CHECK(apart.lost_reach.low + apart.lost_reach.high == 1);
  SECTION("single points") {
    CHECK(gap_between(points({{5, 1}}), points({{5, 2}}), {}).rise.relative() == 1);
    CHECK(gap_between(points({{5, 1}}), points({{4, 2}, {6, 4}}), {}).rise.relative() == 2);
    CHECK(!gap_between(points({{5, 1}}), points({{6, 2}}), {}).has_common_range);
  }
}

TEST_CASE("curve gap: where an absolute tolerance is the larger one, it says what is the worst") {
  // At x = 0 the relative gap is the largest (0.01 -> 0.02), but 0.1 is tolerated there; at 10 it
  // is 1 -> 1.2, twice what is.
  const auto baseline = points({{0, 0.01}, {10, 1}});
  const auto now = points({{0, 0.02}, {10, 1.2}});
  CHECK(gap_between(baseline, now, {}).rise.x == 0);
  const auto gap = gap_between(baseline, now, {0.05, 0.1});
  CHECK(gap.rise.x == 10);
}

TEST_CASE("break-even: crossings, who wins after, and lines that only touch") {
  const auto rising = points({{1, 1}, {5, 5}});
  const auto flat = points({{0, 3}, {9, 3}});
  const auto once = crossings_of(rising, flat, 1e-9);
  REQUIRE(once.size() == 1);
  CHECK(once[0].x == Approx(3));
  CHECK(!once[0].first_is_lower_after);
  CHECK(crossings_of(flat, rising, 1e-9)[0].first_is_lower_after);
  const auto valley = points({{1, 2}, {3, 1}, {5, 2}});
  CHECK(crossings_of(valley, points({{1, 1}, {5, 1}}), 1e-9).empty());  // touches at 3
  const auto twice = crossings_of(valley, points({{1, 1.5}, {5, 1.5}}), 1e-9);
  REQUIRE(twice.size() == 2);
  CHECK(twice[0].x + twice[1].x == Approx(6));  // the valley is symmetric
  CHECK(twice[0].first_is_lower_after);
  CHECK(!twice[1].first_is_lower_after);
  SECTION("a wide tie is no crossing") {
    CHECK(crossings_of(rising, points({{1, 1.001}, {5, 4.999}}), 0.01).empty());
    CHECK(crossings_of(rising, points({{1, 1.001}, {5, 4.999}}), 1e-9).size() == 1);
  }
  SECTION("nothing in common") {
    CHECK(crossings_of(rising, points({{6, 1}, {7, 2}}), 1e-9).empty());
  }
}

TEST_CASE("break-even: shifts, what vanished and what is new") {
  const auto moved = shifts_of({{3, true}, {7, false}}, {{3.5, true}, {6, false}});
  REQUIRE(moved.size() == 2);
  CHECK(moved[0].now->x == 3.5);
  CHECK(moved[1].now->x == 6);
  SECTION("as many as can be matched in order, then the nearest") {
    const auto fewer = shifts_of({{3, true}, {7, false}, {9, true}}, {{8.5, true}});
    REQUIRE(fewer.size() == 3);
    CHECK(!fewer[0].now);
    CHECK(!fewer[1].now);
    CHECK(fewer[2].now->x == 8.5);
    const auto late = shifts_of({{20, true}, {27, false}, {31, true}, {41, false}},
                                {{26, false}, {30, true}, {44, false}});
    REQUIRE(late.size() == 4);
    CHECK(!late[0].now);
    CHECK(late[1].now->x == 26);
    CHECK(late[2].now->x == 30);
    CHECK(late[3].now->x == 44);
  }
  const auto more = shifts_of({}, {{4, false}});
  REQUIRE(more.size() == 1);
  CHECK(!more[0].baseline);
}

TEST_CASE("front: members by line and tag, and what changed") {
  CurveFamily before{"speed", "cost", {}};
  before.lines["a"] = {{1, 1, "tp 1"}, {2, 2, "tp 2"}, {3, 5, "tp 4"}};
  before.lines["b"] = {{2, 3, "tp 1"}, {4, 6, "tp 2"}, {5, 7, ""}};
  CHECK(front_members(before, false) == Words{"a, tp 1", "a, tp 2", "a, tp 4", "b, tp 2"});
  auto now = before;
  now.lines["b"][0].y = 1.5;  // beats a's tp 2
  const auto changes = front_changes(before, now, false);
  CHECK(changes.joined == Words{"b, tp 1"});
  CHECK(changes.left == Words{"a, tp 2"});
  CHECK(front_members(before, true).empty());  // the point without tag is the best in both
}

}  // namespace
}  // namespace tokenfab
