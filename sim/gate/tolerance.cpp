// SPDX-License-Identifier: Apache-2.0
#include "sim/gate/tolerance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tokenfab {

double relative_change(double baseline, double now) {
  const double change = now - baseline;
  if (change == 0) {
    return 0;
  }
  return baseline == 0 ? std::copysign(std::numeric_limits<double>::infinity(), change)
                       : change / std::abs(baseline);
}

double Tolerance::allowed(double baseline) const {
  return std::max(absolute, relative * std::abs(baseline));
}

bool Tolerance::is_exceeded(double baseline, double now) const {
  return std::abs(now - baseline) > allowed(baseline);
}

double Tolerance::rank(double baseline, double now) const {
  const double most = allowed(baseline);
  return most > 0 ? (now - baseline) / most : relative_change(baseline, now);
}

}  // namespace tokenfab
