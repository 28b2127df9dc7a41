// SPDX-License-Identifier: Apache-2.0
// Whether two means of replicated runs differ by more than chance explains.
//
// Runs under different seeds are independent: Welch's test, which lets both spread differently.
// Runs under the same seeds meet the same random arrivals and lengths, run for run: the paired test
// of their differences, which is sharper. Holm's correction keeps the chance of even one false
// "significant" among all metrics told at 5 %.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tokenfab {

/// The significance level: the share of comparisons without any difference that are told as one.
inline constexpr double significance_level = 0.05;

/// A metric over several runs.
struct Sample {
  double mean = 0;
  double variance = 0;  // of the runs, with count - 1
  std::int64_t count = 1;
  std::vector<double> values;  // in the order of the seeds; empty where only the moments are known
};
Sample sample_of(std::vector<double> values);
/// From a mean and the half width of its 95 % interval.
Sample sample_of(double mean, double half_width_95, std::int64_t count);

struct TTest {
  bool is_paired = false;
  double difference = 0;  // of the means, second less first
  double half_width_95 = 0;
  double t = 0;  // infinite where the difference is the same in every run
  double degrees = 1;
  double p = 1;
  double p_adjusted = 1;  // by Holm, among all that are told together

  bool is_significant() const { return p_adjusted < significance_level; }
};

/// Welch, Biometrika 34 (1947) 28; degrees of freedom by Satterthwaite, Biometrics Bulletin 2
/// (1946) 110. Nothing unless both have two runs and one of them varies.
std::optional<TTest> welch_test(const Sample& first, const Sample& second);

/// Student, Biometrika 6 (1908) 1. The values have to be there, of the same seeds in the same
/// order. Nothing unless there are two and one of the samples varies.
std::optional<TTest> paired_test(const Sample& first, const Sample& second);

/// Holm, Scand. J. Statist. 6 (1979) 65: the adjusted p value of each, in the order given.
std::vector<double> holm_adjusted(std::span<const double> p_values);

}  // namespace tokenfab
