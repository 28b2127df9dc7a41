// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "sim/api/autoscaler.hpp"

namespace tokenfab {

/// The fewest whole replicas that make up `needed` (>= 0). A rounding error above a whole number is
/// no reason for one more.
inline std::uint32_t whole_replicas(double needed) {
  constexpr double rounding = 1e-9;  // relative: far above that of a double, far below a replica
  const double whole = std::ceil(needed * (1 - rounding));
  constexpr auto most = std::numeric_limits<std::uint32_t>::max();
  return whole >= most ? most : static_cast<std::uint32_t>(std::max(whole, 0.0));
}

/// The present number where `needed` is within the tolerance of it, relatively; else the whole
/// number. Without tolerance, noise around a whole number would start and stop a replica for ever.
inline std::uint32_t replicas_for(double needed, const PoolLoad& load, double tolerance) {
  const auto present = load.ready + load.starting;
  const bool is_near = std::abs(needed - present) <= tolerance * present;
  return is_near ? present : whole_replicas(needed);
}

}  // namespace tokenfab
