// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/interval.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/core/check.hpp"

namespace tokenfab {

double student_t_975(std::int64_t degrees) {
  CHECK(degrees >= 1, "degrees of freedom {}", degrees);
  // Inverses of the regularized incomplete beta function to 12 digits; the NIST/SEMATECH
  // e-Handbook of Statistical Methods, 1.3.6.7.2, has three decimals of them.
  constexpr std::array<double, 30> points{
      12.7062047362, 4.30265272975, 3.18244630528, 2.7764451052,  2.57058183564, 2.44691185114,
      2.36462425159, 2.3060041352,  2.2621571628,  2.22813885199, 2.20098516009, 2.17881282967,
      2.16036865646, 2.14478668792, 2.13144954556, 2.11990529922, 2.10981557783, 2.10092204024,
      2.09302405441, 2.08596344727, 2.07961384473, 2.0738730679,  2.06865761042, 2.06389856163,
      2.05953855275, 2.05552943864, 2.05183051648, 2.0484071418,  2.04522964213, 2.0422724563};
  if (degrees <= static_cast<std::int64_t>(points.size())) {
    return points[static_cast<std::size_t>(degrees) - 1];
  }
  // Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.5; z is the normal
  // quantile. Above 30 degrees the error is below 2e-8 of the value. Only sums and products, so
  // that every machine gets the same bits.
  constexpr double z = 1.959963984540054;
  constexpr double y = z * z;
  constexpr double g1 = z * (y + 1) / 4;
  constexpr double g2 = z * ((5 * y + 16) * y + 3) / 96;
  constexpr double g3 = z * (((3 * y + 19) * y + 17) * y - 15) / 384;
  constexpr double g4 = z * ((((79 * y + 776) * y + 1482) * y - 1920) * y - 945) / 92160;
  const auto n = static_cast<double>(degrees);
  return z + (g1 + (g2 + (g3 + g4 / n) / n) / n) / n;
}

SampleInterval interval_95(std::span<const double> values) {
  CHECK(!values.empty(), "an interval of no values");
  SampleInterval interval;
  const auto [min, max] = std::minmax_element(values.begin(), values.end());
  interval.min = *min;
  interval.max = *max;
  const auto count = static_cast<double>(values.size());
  // About the first value: equal values have exactly their own mean and no spread.
  double sum = 0;
  for (const double value : values) {
    sum += value - values.front();
  }
  interval.mean = values.front() + sum / count;
  if (values.size() > 1 && interval.min < interval.max) {
    double squares = 0;
    for (const double value : values) {
      squares += (value - interval.mean) * (value - interval.mean);
    }
    const auto degrees = static_cast<std::int64_t>(values.size()) - 1;
    interval.half_width_95 =
        student_t_975(degrees) * std::sqrt(squares / static_cast<double>(degrees) / count);
  }
  return interval;
}

}  // namespace tokenfab
