// SPDX-License-Identifier: Apache-2.0
#include "sim/compare/significance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim/compare/student_t.hpp"
#include "sim/core/check.hpp"
#include "sim/metrics/interval.hpp"

namespace tokenfab {
namespace {

/// Sums of the same numbers in another order differ in the last digits: no spread.
bool is_rounding(double variance, double mean) {
  constexpr double share = 1e-12;
  return std::sqrt(variance) <= share * std::abs(mean);
}

TTest test_of(double difference, double standard_error, double degrees) {
  TTest test;
  test.difference = difference;
  test.degrees = degrees;
  test.t = difference / standard_error;
  if (standard_error == 0) {
    test.t =
        difference == 0 ? 0 : std::copysign(std::numeric_limits<double>::infinity(), difference);
  }
  test.p = two_sided_p(test.t, degrees);
  test.p_adjusted = test.p;
  test.half_width_95 = t_of_95(degrees) * standard_error;
  return test;
}

bool can_be_tested(const Sample& first, const Sample& second) {
  return first.count >= 2 && second.count >= 2 && std::isfinite(first.variance) &&
         std::isfinite(second.variance) && std::isfinite(second.mean - first.mean) &&
         !(is_rounding(first.variance, first.mean) && is_rounding(second.variance, second.mean));
}

}  // namespace

Sample sample_of(std::vector<double> values) {
  CHECK(!values.empty(), "a sample of no values");
  Sample sample;
  sample.count = static_cast<std::int64_t>(values.size());
  sample.mean = interval_95(values).mean;
  for (const double value : values) {
    sample.variance += (value - sample.mean) * (value - sample.mean);
  }
  sample.variance = sample.count > 1 ? sample.variance / static_cast<double>(sample.count - 1) : 0;
  sample.values = std::move(values);
  return sample;
}

Sample sample_of(double mean, double half_width_95, std::int64_t count) {
  Sample sample;
  sample.mean = mean;
  sample.count = count;
  if (count > 1) {
    const double standard_error = half_width_95 / student_t_975(count - 1);
    sample.variance = standard_error * standard_error * static_cast<double>(count);
  }
  return sample;
}

std::optional<TTest> welch_test(const Sample& first, const Sample& second) {
  if (!can_be_tested(first, second)) {
    return std::nullopt;
  }
  const auto n1 = static_cast<double>(first.count);
  const auto n2 = static_cast<double>(second.count);
  const double square1 = first.variance / n1;
  const double square2 = second.variance / n2;
  const double square = square1 + square2;
  // Of shares, since the squares of small variances are 0.
  const double share1 = square1 / square;
  const double share2 = square2 / square;
  const double degrees = 1 / (share1 * share1 / (n1 - 1) + share2 * share2 / (n2 - 1));
  return test_of(second.mean - first.mean, std::sqrt(square), degrees);
}

std::optional<TTest> paired_test(const Sample& first, const Sample& second) {
  CHECK(first.values.size() == second.values.size(), "{} and {} values", first.values.size(),
        second.values.size());
  if (!can_be_tested(first, second)) {
    return std::nullopt;
  }
  std::vector<double> differences(first.values.size());
  std::transform(second.values.begin(), second.values.end(), first.values.begin(),
                 differences.begin(), std::minus<>());
  auto sample = sample_of(std::move(differences));
  if (is_rounding(sample.variance, std::max(std::abs(first.mean), std::abs(second.mean)))) {
    sample.variance = 0;
  }
  const auto count = static_cast<double>(sample.count);
  auto test = test_of(sample.mean, std::sqrt(sample.variance / count), count - 1);
  test.is_paired = true;
  return test;
}

std::vector<double> holm_adjusted(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> adjusted(p_values.size());
  double largest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const auto left = static_cast<double>(order.size() - rank);
    largest = std::max(largest, std::min(1.0, left * p_values[order[rank]]));
    adjusted[order[rank]] = largest;
  }
  return adjusted;
}

}  // namespace tokenfab
