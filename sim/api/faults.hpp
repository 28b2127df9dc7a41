// SPDX-License-Identifier: Apache-2.0
// When the nodes of a cluster break. A source: handed a random stream, it gives losses in order of
// their dates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/core/instant.hpp"
#include "sim/core/random.hpp"

namespace tokenfab {

struct NodeLoss {
  Instant date;
  std::uint32_t node = 0;
  Duration repair;  // until it works again
};

class FaultProcess {
 public:
  virtual ~FaultProcess() = default;
  /// Called once; nodes >= 1.
  virtual void start(std::uint32_t nodes, RandomStream random) = 0;
  /// The next loss; dates never decrease. None: nothing breaks any more.
  virtual std::optional<NodeLoss> next() = 0;
};

}  // namespace tokenfab
