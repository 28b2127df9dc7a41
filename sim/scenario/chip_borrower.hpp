// SPDX-License-Identifier: Apache-2.0
// Chips of replicas that are turned off, lent to jobs until the service wants them back.
#pragma once

#include <cstdint>

#include "sim/core/instant.hpp"

namespace tokenfab {

/// Chips of one cluster, numbered node by node.
struct ChipRange {
  std::int64_t first = 0;
  std::int64_t count = 0;
};

class ChipBorrower {
 public:
  virtual ~ChipBorrower() = default;
  /// Nobody holds the chips from now on. Whether their nodes are in service the borrower hears as a
  /// NodeListener, before or after this: chips stay lent while their nodes are down.
  virtual void chips_lent(const ChipRange& chips, Instant now) = 0;
  /// The service wants them back: they are vacated when this returns.
  virtual void chips_reclaimed(const ChipRange& chips, Instant now) = 0;
};

}  // namespace tokenfab
