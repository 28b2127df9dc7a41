// SPDX-License-Identifier: Apache-2.0
// Long lines in few points and few bytes. A line keeps the extremes of every stretch that it is cut
// into, so no peak of the plant is lost; values become 16-bit steps between the line's own
// extremes, 1/65534 of its range, far below a pixel.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tokenfab {

/// Values at dates first + i step, the last at most at `end`.
struct RegularDates {
  double first_s = 0;
  double step_s = 1;
  double end_s = 0;
  std::size_t count = 0;

  double at(std::size_t i) const;
};

/// A value that is not known is a NaN.
struct SampledLine {
  std::string name;
  std::vector<double> values;
};

/// The dates of rows if these are evenly spaced but for the last, which may come early.
bool are_regular(std::span<const double> dates_s);

/// As regular dates and at most `points_max` (>= 4) points of every line: as they are if they fit,
/// else the lowest and the highest value of each of points_max / 2 equal stretches, in the order in
/// which they come. Stretches without any value are unknown.
RegularDates thin(std::span<const double> dates_s, std::vector<SampledLine>& lines,
                  std::size_t points_max);

/// value = offset + scale x step; step 65535 is an unknown value. Steps are 16 bits, little-endian.
struct QuantizedLine {
  double offset = 0;
  double scale = 0;
  std::string bytes;
};
QuantizedLine quantized(std::span<const double> values);
std::vector<double> restored(const QuantizedLine& line);

}  // namespace tokenfab
