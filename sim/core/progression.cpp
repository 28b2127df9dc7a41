// SPDX-License-Identifier: Apache-2.0
#include "sim/core/progression.hpp"

#include <cmath>

#include "sim/core/check.hpp"

namespace tokenfab {

std::int64_t Progression::steps_within(Duration elapsed) const {
  CHECK(first.ticks() > 0 && growth.ticks() >= 0, "first {} s growth {} s", first.seconds(),
        growth.seconds());
  if (elapsed.ticks() <= 0) {
    return 0;
  }
  // Positive root of g/2 k^2 + (f - g/2) k = elapsed, in the form that is stable for small g.
  const double half_growth = static_cast<double>(growth.ticks()) / 2;
  const double linear = static_cast<double>(first.ticks()) - half_growth;
  const double target = static_cast<double>(elapsed.ticks());
  const double root = 2 * target / (linear + std::sqrt(linear * linear + 4 * half_growth * target));
  auto k = static_cast<std::int64_t>(root);
  // The double is right to about 1e-15 relative: the integers decide the last step or two.
  while (k > 0 && sum(k) > elapsed) {
    --k;
  }
  while (sum(k + 1) <= elapsed) {
    ++k;
  }
  return k;
}

}  // namespace tokenfab
