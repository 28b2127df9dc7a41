// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/student_t.hpp"

#include <cmath>
#include <limits>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

constexpr double tiny = 1e-300;

double away_from_zero(double value) { return std::abs(value) < tiny ? tiny : value; }

/// The continued fraction of NIST's Digital Library of Mathematical Functions, 8.17.22, by the
/// modified method of Lentz (Thompson and Barnett, J. Comput. Phys. 64 (1986) 490, section 3).
double beta_fraction(double a, double b, double x) {
  constexpr int terms_max = 10'000;
  const double last = std::numeric_limits<double>::epsilon();
  double c = 1;
  double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
  double fraction = d;
  const auto step = [&](double numerator) {
    d = 1 / away_from_zero(1 + numerator * d);
    c = away_from_zero(1 + numerator / c);
    fraction *= c * d;
  };
  for (int m = 1; m < terms_max; ++m) {
    step(m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)));
    step(-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)));
    if (std::abs(c * d - 1) <= last) {
      break;
    }
  }
  return fraction;
}

}  // namespace

double incomplete_beta(double a, double b, double x) {
  CHECK(a > 0 && b > 0 && x >= 0 && x <= 1, "I_{}({}, {})", x, a, b);
  if (x == 0 || x == 1) {
    return x;
  }
  // The fraction is fast below (a + 1) / (a + b + 2); above it I_x(a, b) = 1 - I_{1-x}(b, a).
  if (x > (a + 1) / (a + b + 2)) {
    return 1 - incomplete_beta(b, a, 1 - x);
  }
  const double log_front =
      std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x);
  return std::exp(log_front) * beta_fraction(a, b, x) / a;
}

double two_sided_p(double t, double degrees) {
  CHECK(degrees > 0, "degrees of freedom {}", degrees);
  if (std::isinf(t)) {
    return 0;
  }
  // Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.1 and 26.5.27.
  return incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t));
}

double t_of_95(double degrees) {
  constexpr double chance = 0.05;
  double low = 0;
  double high = 1;
  while (two_sided_p(high, degrees) > chance && high < 1e100) {
    high *= 2;
  }
  for (int halvings = 0; halvings < 100 && low < high; ++halvings) {
    const double middle = low + (high - low) / 2;
    (two_sided_p(middle, degrees) > chance ? low : high) = middle;
  }
  return high;
}

}  // namespace tokenfab
