// SPDX-License-Identifier: Apache-2.0
#include "sim/calibration/least_squares.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include "sim/core/random.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using Catch::Matchers::Contains;

namespace {

constexpr double wide = 1e3;

Residuals line_through(const Values& x, const Values& y) {
  return [x, y](const Values& p) {
    Values r;
    for (std::size_t i = 0; i < x.size(); ++i) {
      r.push_back(p[0] + p[1] * x[i] - y[i]);
    }
    return r;
  };
}

const std::vector<Parameter> offset_and_slope{{"offset", 1, -wide, wide},
                                              {"slope", 1, -wide, wide}};

FitOptions squared() {
  FitOptions options;
  options.loss = Loss::Squared;
  return options;
}

}  // namespace

TEST_CASE("A straight line has the offset, slope and errors of the textbook", "[least_squares]") {
  // x = 0, 1, 2, 3 and y = 1, 3, 4, 8: slope = Sxy / Sxx = 11 / 5 = 2.2, offset = 4 - 3.3 = 0.7.
  // Residuals -0.3, -0.1, 1.1, -0.7: sum of squares 1.8, variance 1.8 / 2 = 0.9. Variance of the
  // slope 0.9 / 5, of the offset 0.9 (1 / 4 + 2.25 / 5) = 0.63; t(2) = 4.30265.
  const auto fit =
      least_squares(offset_and_slope, line_through({0, 1, 2, 3}, {1, 3, 4, 8}), squared());
  CHECK(fit.converged);
  CHECK(fit.values[0] == Approx(0.7).epsilon(1e-6));
  CHECK(fit.values[1] == Approx(2.2).epsilon(1e-6));
  CHECK(fit.cost == Approx(0.9));
  CHECK(fit.residuals == 4);
  CHECK(fit.half_widths_95[0] == Approx(4.30265 * std::sqrt(0.63)).epsilon(1e-4));
  CHECK(fit.half_widths_95[1] == Approx(4.30265 * std::sqrt(0.18)).epsilon(1e-4));
  CHECK(fit.is_identified == std::vector<bool>{true, true});
  CHECK(fit.at_bound == std::vector<bool>{false, false});
}

TEST_CASE("Rosenbrock's valley ends at (1, 1)", "[least_squares]") {
  const Residuals valley = [](const Values& p) {
    return Values{10 * (p[1] - p[0] * p[0]), 1 - p[0], 0};
  };
  const auto fit = least_squares({{"x", -1.2, -5, 5}, {"y", 1, -5, 5}}, valley, squared());
  CHECK(fit.converged);
  CHECK(fit.values[0] == Approx(1).epsilon(1e-4));
  CHECK(fit.values[1] == Approx(1).epsilon(1e-4));
}

TEST_CASE("Parameters varied by factors find a decay over decades", "[least_squares]") {
  // y = 5 exp(-x / 0.02), exactly.
  const Residuals decay = [](const Values& p) {
    Values r;
    for (int i = 0; i < 10; ++i) {
      const double x = 0.005 * i;
      r.push_back(std::log(p[0] * std::exp(-x / p[1])) - std::log(5 * std::exp(-x / 0.02)));
    }
    return r;
  };
  const auto fit =
      least_squares({{"size", 1, 1e-3, 1e3, true}, {"time", 1, 1e-5, 10, true}}, decay);
  CHECK(fit.values[0] == Approx(5).epsilon(1e-5));
  CHECK(fit.values[1] == Approx(0.02).epsilon(1e-5));
}

TEST_CASE("A bound that the data push against holds and is said", "[least_squares]") {
  // The best slope is 2.2; with at most 1 the best offset is mean(y - x) = 2.5.
  const std::vector<Parameter> bounded{{"offset", 0, -wide, wide}, {"slope", 0.5, 0, 1}};
  const auto fit = least_squares(bounded, line_through({0, 1, 2, 3}, {1, 3, 4, 8}), squared());
  CHECK(fit.values[1] == 1);
  CHECK(fit.values[0] == Approx(2.5).epsilon(1e-6));
  CHECK(fit.at_bound == std::vector<bool>{false, true});
  CHECK(fit.half_widths_95[1] == 0);
  // The other as if the slope were known: residuals 1.5, 0.5, 0.5, -2.5, squares 9, over 3, over 4.
  CHECK(fit.half_widths_95[0] == Approx(student_quantile_95(3) * std::sqrt(9.0 / 3 / 4)));
}

TEST_CASE("A start at a bound leaves it where the data pull inward", "[least_squares]") {
  const std::vector<Parameter> bounded{{"offset", -wide, -wide, wide}, {"slope", 0, 0, 10}};
  const auto fit = least_squares(bounded, line_through({0, 1, 2, 3}, {1, 3, 4, 8}), squared());
  CHECK(fit.values[1] == Approx(2.2).epsilon(1e-5));
  CHECK(fit.at_bound == std::vector<bool>{false, false});
}

TEST_CASE("Robust losses leave outliers where they are", "[least_squares]") {
  Values x;
  Values y;
  for (int i = 0; i < 40; ++i) {
    x.push_back(i);
    y.push_back(3 + 2 * i + (i % 2 == 0 ? 0.01 : -0.01));
  }
  y[5] += 500;
  y[30] += 900;
  const auto plain = least_squares(offset_and_slope, line_through(x, y), squared());
  CHECK(std::abs(plain.values[0] - 3) > 10);
  for (const auto loss : {Loss::SoftL1, Loss::Huber}) {
    FitOptions options;
    options.loss = loss;
    options.loss_scale = 0.05;
    options.max_iterations = 2000;
    const auto robust = least_squares(offset_and_slope, line_through(x, y), options);
    INFO(name_of(loss));
    CHECK(robust.values[0] == Approx(3).margin(0.03));
    CHECK(robust.values[1] == Approx(2).margin(0.003));
  }
}

TEST_CASE("What the residuals do not tell is marked", "[least_squares]") {
  const Residuals sum_only = [](const Values& p) {
    return Values{p[0] + p[1] - 3, 2 * (p[0] + p[1]) - 6.1, p[2] - 1, p[2] - 1.2, 0.1};
  };
  const auto fit = least_squares(
      {{"a", 1, -10, 10}, {"b", 1, -10, 10}, {"seen", 0, -10, 10}, {"unused", 4, -10, 10}},
      sum_only, squared());
  CHECK(fit.values[0] + fit.values[1] == Approx(3.04));
  CHECK(fit.values[2] == Approx(1.1));
  CHECK(fit.values[3] == 4);
  CHECK(fit.is_identified == std::vector<bool>{false, false, true, false});
  CHECK(fit.half_widths_95[0] == 0);
  CHECK(fit.half_widths_95[2] > 0);
  CHECK(fit.half_widths_95[3] == 0);
}

TEST_CASE("Intervals hold the truth in 95 of 100 synthetic sets", "[least_squares]") {
  RandomStream random(7, 0, "least_squares_test", "noise");
  constexpr int sets = 400;
  for (const auto loss : {Loss::Squared, Loss::Huber, Loss::SoftL1}) {
    int held = 0;
    for (int set = 0; set < sets; ++set) {
      Values x;
      Values y;
      for (int i = 0; i < 30; ++i) {
        x.push_back(0.1 * i);
        y.push_back(1 + 0.5 * x.back() + 0.1 * random.standard_normal());
      }
      FitOptions options;
      options.loss = loss;
      options.loss_scale = 0.15;
      const auto fit = least_squares(offset_and_slope, line_through(x, y), options);
      held += std::abs(fit.values[1] - 0.5) <= fit.half_widths_95[1] ? 1 : 0;
    }
    // Binomial with p = 0.95: 380 with a standard deviation of 4.4; an M-estimator's interval is
    // asymptotic.
    INFO(name_of(loss) << " " << held);
    CHECK(held >= 362);
    CHECK(held <= 396);
  }
}

TEST_CASE("A batch of points and several dampings at once find the same", "[least_squares]") {
  const auto line = line_through({0, 1, 2, 3}, {1, 3, 4, 8});
  std::size_t most = 0;
  const BatchResiduals batch = [&](const std::vector<Values>& points) {
    most = std::max(most, points.size());
    std::vector<Values> answers;
    for (const auto& point : points) {
      answers.push_back(line(point));
    }
    return answers;
  };
  auto options = squared();
  options.trials = 4;
  const auto fit = least_squares(offset_and_slope, batch, options);
  CHECK(most == 4);
  CHECK(fit.values[0] == Approx(0.7).epsilon(1e-6));
  CHECK(fit.values[1] == Approx(2.2).epsilon(1e-6));
}

TEST_CASE("A trial without finite residuals is not taken", "[least_squares]") {
  const Residuals root = [](const Values& p) {
    return Values{std::sqrt(p[0] - 1) - 0.1, p[0] > 8 ? std::nan("") : 0.0};
  };
  const auto fit = least_squares({{"x", 5, 0, 10}}, root, squared());
  CHECK(fit.values[0] == Approx(1.01).epsilon(1e-4));
}

TEST_CASE("Everything wrong with a fit's input is said at once", "[least_squares]") {
  const Residuals zero = [](const Values&) { return Values{0, 0}; };
  const std::vector<Parameter> bad{
      {"empty", 1, 1, 1}, {"outside", 3, 0, 2}, {"factor", 0.5, 0, 1, true}, {"good", 1, 0, 2}};
  CHECK_THROWS_WITH(least_squares(bad, zero),
                    Contains("empty: bounds 1 to 1") && Contains("outside: start 3") &&
                        Contains("factor: varied by factors") && !Contains("good"));
  CHECK_THROWS_WITH(least_squares({}, zero), Contains("needs a parameter"));
  const std::vector<Parameter> three{{"a", 1, 0, 2}, {"b", 1, 0, 2}, {"c", 1, 0, 2}};
  CHECK_THROWS_WITH(least_squares(three, zero), Contains("2 residuals for 3 parameters"));
  const Residuals none = [](const Values&) {
    return Values{std::numeric_limits<double>::quiet_NaN()};
  };
  CHECK_THROWS_WITH(least_squares({{"a", 1, 0, 2}}, none), Contains("not finite"));
}

TEST_CASE("Student's quantiles", "[least_squares]") {
  // Tables: 12.706, 4.303, 3.182, 2.571, 2.228, 2.042, 1.984.
  CHECK(student_quantile_95(1) == Approx(12.706).epsilon(1e-4));
  CHECK(student_quantile_95(2) == Approx(4.303).epsilon(1e-4));
  CHECK(student_quantile_95(3) == Approx(3.182).epsilon(0.01));
  CHECK(student_quantile_95(5) == Approx(2.571).epsilon(0.002));
  CHECK(student_quantile_95(10) == Approx(2.228).epsilon(1e-3));
  CHECK(student_quantile_95(30) == Approx(2.042).epsilon(1e-3));
  CHECK(student_quantile_95(100) == Approx(1.984).epsilon(1e-3));
}
