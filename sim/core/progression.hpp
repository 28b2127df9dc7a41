// SPDX-License-Identifier: Apache-2.0
// Sums and positions in a run of steps whose times grow linearly: step i (from 0) takes
// first + i x growth. Integer arithmetic, so a run may be cut anywhere without changing a tick.
#pragma once

#include <cstdint>

#include "sim/core/instant.hpp"

namespace tokenfab {

struct Progression {
  Duration first;
  Duration growth;

  Duration step(std::int64_t i) const { return first + growth * i; }

  /// Time of the first k steps: k first + k (k - 1) / 2 growth.
  Duration sum(std::int64_t k) const {
    return first * k + Duration::from_ticks(growth.ticks() * (Int128{k} * (k - 1) / 2));
  }

  /// Number of whole steps that end at or before `elapsed`. Needs first > 0, growth >= 0.
  std::int64_t steps_within(Duration elapsed) const;

  /// Number of steps after which at least `elapsed` has passed.
  std::int64_t steps_reaching(Duration elapsed) const {
    const auto whole = steps_within(elapsed);
    return sum(whole) == elapsed ? whole : whole + 1;
  }
};

}  // namespace tokenfab
