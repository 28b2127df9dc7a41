// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/break_even.hpp"

#include <cmath>

#include "tests/with_catch.hpp"

namespace tokenfab {
namespace {

using Function = std::function<std::optional<double>(double)>;

struct Found {
  BreakEven result;
  std::size_t rounds = 0;
};

Found search(const BreakEvenRange& range, const Function& a, const Function& b) {
  Found found;
  found.result = find_break_even(range, [&](const std::vector<double>& places) {
    ++found.rounds;
    std::vector<BreakEvenPoint> points;
    for (const double x : places) {
      REQUIRE(x >= range.low);
      REQUIRE(x <= range.high);
      points.push_back({x, a(x), b(x)});
    }
    return points;
  });
  return found;
}

TEST_CASE("break-even: straight lines cross where algebra says, in four places") {
  // 3 + 2 x = 5 + 1.5 x at x = 4.
  const auto found = search(
      {1, 9}, [](double x) { return 3 + 2 * x; }, [](double x) { return 5 + 1.5 * x; });
  REQUIRE(found.result.is_straight);
  REQUIRE(found.result.crossings.size() == 1);
  const auto& crossing = found.result.crossings.front();
  REQUIRE(crossing.x == Approx(4).epsilon(1e-14));
  REQUIRE(crossing.a_is_less_below);
  REQUIRE_FALSE(crossing.is_jump);
  REQUIRE(std::abs(*crossing.at.gap()) < 1e-12);
  REQUIRE(found.result.points.size() == 4);
  REQUIRE(found.rounds == 2);
}

TEST_CASE("break-even: none, everywhere, and lines that only look straight") {
  const auto one = [](double x) { return x; };
  const auto none = search({1, 2}, one, [](double x) { return x + 1; });
  REQUIRE(none.result.crossings.empty());
  REQUIRE(none.result.is_straight);
  REQUIRE(none.result.points.size() == 3);
  REQUIRE(search({1, 2}, one, one).result.crossings.empty());
  // A kink that the three first places do not show: the check at the solution does.
  const auto kink = [](double x) { return x + (x > 1.2 && x < 1.4 ? 0.5 * (x - 1.2) : 0); };
  const auto found = search({1, 2}, kink, [](double) { return 1.35; });
  REQUIRE_FALSE(found.result.is_straight);
  REQUIRE(found.result.crossings.size() == 1);
  REQUIRE(found.result.crossings.front().x == Approx(1.3).epsilon(2e-3));
}

TEST_CASE("break-even: two roots of a parabola, by ratios and by differences") {
  const auto parabola = [](double x) { return (x - 2) * (x - 7); };
  const auto zero = [](double) { return 0.0; };
  const auto linear = search({1, 9}, parabola, zero);
  REQUIRE(linear.result.crossings.size() == 2);
  REQUIRE(linear.result.crossings[0].x == Approx(2).epsilon(1e-3));
  REQUIRE(linear.result.crossings[1].x == Approx(7).epsilon(1e-3));
  REQUIRE_FALSE(linear.result.crossings[0].a_is_less_below);
  REQUIRE(linear.result.crossings[1].a_is_less_below);
  // 9 places and a few more in each bracket, where halving would take 8 each.
  REQUIRE(linear.result.points.size() <= 9 + 2 * 8);
  const auto ratios = search(
      {0.1, 1000}, [](double x) { return std::pow(std::log10(x), 3); },
      [](double x) { return std::log10(x); });
  REQUIRE(ratios.result.crossings.size() == 3);  // and equal at the end of the range
  REQUIRE(ratios.result.crossings[0].x == 0.1);
  REQUIRE(ratios.result.crossings[1].x == Approx(1).epsilon(1e-3));
  REQUIRE(ratios.result.crossings[2].x == Approx(10).epsilon(1e-3));
}

TEST_CASE("break-even: a jump is told as one, and a steep slope is none") {
  const auto step = search(
      {0, 1}, [](double x) { return x < 0.3141 ? 1.0 : 3.0; },
      [](double x) { return 2 + 0.1 * x; });
  REQUIRE(step.result.crossings.size() == 1);
  const auto& jump = step.result.crossings.front();
  REQUIRE(jump.is_jump);
  REQUIRE(jump.low < 0.3141);
  REQUIRE(jump.high >= 0.3141);
  REQUIRE(jump.high - jump.low <= 1e-3 * 0.3141);
  REQUIRE(jump.a_is_less_below);
  const auto steep = search(
      {0, 1}, [](double x) { return std::tanh(40 * (x - 0.3141)); }, [](double) { return 0.0; });
  REQUIRE(steep.result.crossings.size() == 1);
  REQUIRE_FALSE(steep.result.crossings.front().is_jump);
  REQUIRE(steep.result.crossings.front().x == Approx(0.3141).epsilon(1e-3));
}

TEST_CASE("break-even: whole numbers, and places where one of the two cannot run") {
  const auto found = search(
      {1, 64, true}, [](double x) { return 100 / x; }, [](double x) { return x + 0.5; });
  REQUIRE(found.result.crossings.size() == 1);  // 100 / 9 > 9.5, 100 / 10 < 10.5
  REQUIRE(found.result.crossings.front().low == 9);
  REQUIRE(found.result.crossings.front().high == 10);
  for (const auto& point : found.result.points) {
    REQUIRE(point.x == std::round(point.x));
  }
  const auto gap = search(
      {0, 1}, [](double x) { return x < 0.6 ? std::optional(x * x) : std::nullopt; },
      [](double) { return 0.09; });
  REQUIRE(gap.result.crossings.size() == 1);
  REQUIRE(gap.result.crossings.front().x == Approx(0.3).epsilon(1e-3));
  REQUIRE(search(
              {0, 1}, [](double) { return std::nullopt; }, [](double) { return 1.0; })
              .result.crossings.empty());
}

TEST_CASE("break-even: swapping the two mirrors everything") {
  const auto a = [](double x) { return std::sin(3 * x); };
  const auto b = [](double x) { return std::cos(2 * x) / 2; };
  const auto there = search({0.2, 6}, a, b).result;
  const auto back = search({0.2, 6}, b, a).result;
  REQUIRE(there.crossings.size() == back.crossings.size());
  REQUIRE(there.crossings.size() >= 3);
  for (std::size_t i = 0; i < there.crossings.size(); ++i) {
    REQUIRE(there.crossings[i].x == back.crossings[i].x);
    REQUIRE(there.crossings[i].a_is_less_below != back.crossings[i].a_is_less_below);
  }
}

}  // namespace
}  // namespace tokenfab
