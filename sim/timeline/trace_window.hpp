// SPDX-License-Identifier: Apache-2.0
// The part of a run that a trace shows.
#pragma once

#include <algorithm>

namespace tokenfab {

struct TraceWindow {
  double from_s = 0;
  double to_s = 0;

  bool has(double at_s) const { return from_s <= at_s && at_s <= to_s; }
  /// Whether a span has more than a moment in common with it.
  bool meets(double begin_s, double end_s) const { return begin_s < to_s && end_s > from_s; }
  double cut(double at_s) const { return std::clamp(at_s, from_s, to_s); }
};

}  // namespace tokenfab
