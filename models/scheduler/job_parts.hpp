// SPDX-License-Identifier: Apache-2.0
// Chips counted in millionths, so that sums of parts are exact whatever their order.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "sim/api/job_scheduler.hpp"

namespace tokenfab {

using ChipParts = std::int64_t;
inline constexpr ChipParts parts_per_chip = 1'000'000;

/// Rounded down, so that three thirds fit one chip; a hundredth of a part absorbs binary fractions.
inline ChipParts parts_of_share(double share) {
  const double parts = std::floor(share * static_cast<double>(parts_per_chip) + 0.01);
  return std::clamp(static_cast<ChipParts>(parts), ChipParts{1}, parts_per_chip);
}

inline ChipParts parts_of(const JobDemand& demand) {
  return demand.chip_share < 1 ? parts_of_share(demand.chip_share) : demand.chips * parts_per_chip;
}

inline ChipParts parts_of_chips(double chips) {
  return static_cast<ChipParts>(std::llround(chips * static_cast<double>(parts_per_chip)));
}

inline double chips_of(ChipParts parts) {
  return static_cast<double>(parts) / static_cast<double>(parts_per_chip);
}

}  // namespace tokenfab
