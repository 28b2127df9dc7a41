// SPDX-License-Identifier: Apache-2.0
// The mean of independent runs and how far it is to be trusted.
#pragma once

#include <cstdint>
#include <span>

namespace tokenfab {

/// The 97.5 % point of Student's t distribution: a two-sided 95 % interval is the mean and so many
/// standard errors on either side. Needs degrees >= 1.
double student_t_975(std::int64_t degrees);

struct SampleInterval {
  double mean = 0;
  double half_width_95 = 0;  // 0 for a single value
  double min = 0;
  double max = 0;
};

/// Of at least one value, as if they were drawn independently from one normal distribution.
SampleInterval interval_95(std::span<const double> values);

}  // namespace tokenfab
