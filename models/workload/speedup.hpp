// SPDX-License-Identifier: Apache-2.0
// Recorded times played faster: a whole speedup divides exactly, rounded down to the tick (1 fs),
// another one with a relative error of at most 3e-16.
#pragma once

#include <cmath>

#include "sim/core/instant.hpp"

namespace tokenfab {

inline Duration sped_up(Duration recorded, double speedup) {
  if (speedup == std::floor(speedup)) [[likely]] {
    return recorded / static_cast<std::int64_t>(speedup);
  }
  const double ticks = static_cast<double>(recorded.ticks()) / speedup;
  return Duration::from_ticks(static_cast<Int128>(ticks));
}

}  // namespace tokenfab
