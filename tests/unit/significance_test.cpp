// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/significance.hpp"

#include "sim/compare/student_t.hpp"
#include "tests/with_catch.hpp"

namespace tokenfab {
namespace {

// Hours of sleep gained by ten patients on two drugs (Student, Biometrika 6 (1908) 1, the data set
// `sleep` of R).
const std::vector<double> drug_1{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
const std::vector<double> drug_2{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

TEST_CASE("incomplete beta: closed forms") {
  CHECK(incomplete_beta(1, 1, 0.3) == Approx(0.3).epsilon(1e-14));
  CHECK(incomplete_beta(2, 1, 0.3) == Approx(0.09).epsilon(1e-14));          // x^2
  CHECK(incomplete_beta(1, 3, 0.3) == Approx(1 - 0.343).epsilon(1e-14));     // 1 - (1 - x)^3
  CHECK(incomplete_beta(2, 2, 0.3) == Approx(0.216).epsilon(1e-14));         // 3 x^2 - 2 x^3
  CHECK(incomplete_beta(0.5, 0.5, 0.25) == Approx(1 / 3.0).epsilon(1e-13));  // 2/pi asin sqrt x
  CHECK(incomplete_beta(7, 3, 0.4) + incomplete_beta(3, 7, 0.6) == Approx(1).epsilon(1e-14));
  CHECK(incomplete_beta(2, 3, 0) == 0);
  CHECK(incomplete_beta(2, 3, 1) == 1);
}

TEST_CASE("student t: closed forms and tables") {
  CHECK(two_sided_p(1, 1) == Approx(0.5).epsilon(1e-13));  // Cauchy
  // Two degrees: P(|T| >= t) = 1 - t / sqrt(2 + t^2).
  CHECK(two_sided_p(3, 2) == Approx(1 - 3 / std::sqrt(11.0)).epsilon(1e-12));
  CHECK(two_sided_p(0, 4) == 1);
  CHECK(two_sided_p(-2.5, 4) == two_sided_p(2.5, 4));
  CHECK(two_sided_p(INFINITY, 4) == 0);
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, column 0.975.
  CHECK(t_of_95(1) == Approx(12.706).margin(5e-4));
  CHECK(t_of_95(5) == Approx(2.571).margin(5e-4));
  CHECK(t_of_95(30) == Approx(2.042).margin(5e-4));
  CHECK(t_of_95(100) == Approx(1.984).margin(5e-4));
  CHECK(t_of_95(1e7) == Approx(1.959964).margin(1e-5));
  CHECK(two_sided_p(t_of_95(17.776), 17.776) == Approx(0.05).epsilon(1e-12));
}

TEST_CASE("welch: the two drugs, as R's t.test has them") {
  const auto test = welch_test(sample_of(drug_1), sample_of(drug_2));
  REQUIRE(test);
  CHECK(test->t == Approx(1.8608).margin(5e-5));
  CHECK(test->degrees == Approx(17.776).margin(5e-4));
  CHECK(test->p == Approx(0.07939).margin(5e-6));
  CHECK(test->difference == Approx(1.58));
  CHECK(test->difference - test->half_width_95 == Approx(-0.2054832).margin(5e-8));
  CHECK(test->difference + test->half_width_95 == Approx(3.3654832).margin(5e-8));
  CHECK_FALSE(test->is_significant());
}

TEST_CASE("paired: the same patients took both drugs") {
  const auto test = paired_test(sample_of(drug_1), sample_of(drug_2));
  REQUIRE(test);
  CHECK(test->is_paired);
  CHECK(test->t == Approx(4.0621).margin(5e-5));
  CHECK(test->degrees == 9);
  CHECK(test->p == Approx(0.002833).margin(5e-7));
  CHECK(test->difference - test->half_width_95 == Approx(0.7001142).margin(5e-8));
  CHECK(test->is_significant());
}

TEST_CASE("tests: from moments, mirrored, and where there is nothing to test") {
  const auto first = sample_of(drug_1);
  const auto second = sample_of(drug_2);
  const auto interval = t_of_95(9) * std::sqrt(first.variance / 10);
  const auto test = welch_test(sample_of(first.mean, interval, 10), second);
  CHECK(test->p == Approx(0.07939).margin(5e-6));
  const auto mirrored = welch_test(second, first);
  CHECK(mirrored->t == -welch_test(first, second)->t);
  CHECK(mirrored->p == welch_test(first, second)->p);
  CHECK_FALSE(welch_test(first, sample_of({1.0})));
  CHECK_FALSE(welch_test(sample_of({1.0, 1.0}), sample_of({2.0, 2.0})));
  // The same difference in every run: certain, however few runs.
  const auto certain = paired_test(sample_of({1.0, 2.0}), sample_of({1.5, 2.5}));
  REQUIRE(certain);
  CHECK(certain->p == 0);
  CHECK(certain->half_width_95 == 0);
}

TEST_CASE("holm: by hand") {
  // 4 x 0.01; 3 x 0.02; 2 x 0.03 = 0.06; 0.04 is lifted to the one before it.
  const std::vector<double> p{0.03, 0.01, 0.04, 0.02};
  const auto adjusted = holm_adjusted(p);
  REQUIRE(adjusted.size() == 4);
  CHECK(adjusted[0] == Approx(0.06));
  CHECK(adjusted[1] == Approx(0.04));
  CHECK(adjusted[2] == Approx(0.06));
  CHECK(adjusted[3] == Approx(0.06));
  CHECK(holm_adjusted(std::vector<double>{0.9, 0.8})[0] == 1);
  CHECK(holm_adjusted({}).empty());
}

}  // namespace
}  // namespace tokenfab
