// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/interval.hpp"

#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "tests/with_catch.hpp"

using namespace tokenfab;

TEST_CASE("interval: quantiles of Student's t as published") {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, column 0.975.
  const std::vector<std::pair<int, double>> published{
      {1, 12.706}, {2, 4.303},  {3, 3.182},  {4, 2.776},  {5, 2.571},  {9, 2.262},
      {10, 2.228}, {20, 2.086}, {29, 2.045}, {30, 2.042}, {31, 2.040}, {40, 2.021},
      {60, 2.000}, {80, 1.990}, {99, 1.984}, {100, 1.984}};
  for (const auto& [degrees, value] : published) {
    INFO(degrees);
    REQUIRE(std::abs(student_t_975(degrees) - value) <= 0.0005 + 1e-9);
  }
  REQUIRE(student_t_975(1'000'000'000) == Approx(1.959963984540054).epsilon(1e-8));
}

TEST_CASE("interval: falls with the degrees, also where the table ends") {
  for (int degrees = 1; degrees < 200; ++degrees) {
    REQUIRE(student_t_975(degrees + 1) < student_t_975(degrees));
  }
  // The steps stay smooth: second differences of 1/n-like values are positive.
  for (int n = 28; n < 34; ++n) {
    REQUIRE(student_t_975(n - 1) - 2 * student_t_975(n) + student_t_975(n + 1) > 0);
  }
}

TEST_CASE("interval: by hand") {
  // Mean 4, squares 4 + 1 + 1 + 4 = 10, s^2 = 10 / 3, standard error sqrt(10 / 12), t(3) = 3.182.
  const auto interval = interval_95(std::array{2.0, 3.0, 5.0, 6.0});
  REQUIRE(interval.mean == 4);
  REQUIRE(interval.half_width_95 == Approx(3.18244630528 * std::sqrt(10.0 / 12)));
  REQUIRE(interval.min == 2);
  REQUIRE(interval.max == 6);
}

TEST_CASE("interval: one value, and equal ones, have no width") {
  REQUIRE(interval_95(std::array{0.1}).mean == 0.1);
  REQUIRE(interval_95(std::array{0.1}).half_width_95 == 0);
  const auto equal = interval_95(std::vector<double>(7, 0.1));
  REQUIRE(equal.mean == 0.1);
  REQUIRE(equal.half_width_95 == 0);
}
