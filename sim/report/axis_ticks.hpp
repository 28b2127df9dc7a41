// SPDX-License-Identifier: Apache-2.0
// Round values along the axis of a plot, 1, 2 or 5 times a power of ten, and how they are written.
#pragma once

#include <string>
#include <vector>

namespace tokenfab {

/// Of an axis, low < high; both above 0 on a logarithmic one.
struct PlotRange {
  double low = 0;
  double high = 1;
};

struct AxisTick {
  double value = 0;
  std::string label;
};

/// The ticks within the range in rising order, at most `most` (>= 2) of them. A logarithmic axis
/// of less than a decade has evenly spaced values, a longer one 1, 2, 5, or decades only.
std::vector<AxisTick> axis_ticks(PlotRange range, bool is_log, int most);

/// The range that holds `values`, with room at both ends; values that an axis cannot show (not
/// finite, beyond 1e300, not above 0 where logarithmic) do not count. 0 to 1 (1 to 10) if none do.
PlotRange range_of(const std::vector<double>& values, bool is_log);

bool is_drawable(double value, bool is_log);

}  // namespace tokenfab
