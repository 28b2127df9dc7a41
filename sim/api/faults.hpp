// SPDX-License-Identifier: Apache-2.0
// When the parts of a cluster break. A source: handed a random stream, it gives faults in order of
// their dates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/instant.hpp"
#include "sim/core/random.hpp"

namespace tokenfab {

struct NodeLoss {
  Instant date;
  std::uint32_t node = 0;
  Duration repair;          // until it works again; zero: at once, its work is lost all the same
  std::uint32_t nodes = 1;  // from `node` on, which share the rack, the CDU or the switch
  double slowdown = 0;      // 0: they stop; above 1: they silently take so many times as long
  std::uint32_t cause = 0;  // number in causes()
};

class FaultProcess {
 public:
  virtual ~FaultProcess() = default;
  /// Called once; nodes >= 1.
  virtual void start(std::uint32_t nodes, RandomStream random) = 0;
  /// The next loss; dates never decrease. None: nothing breaks any more.
  virtual std::optional<NodeLoss> next() = 0;
  /// What breaks, by number.
  virtual std::vector<std::string> causes() const { return {"node"}; }
  /// Stops that a job on so many nodes has to expect per second, 0 if none: what its owner derives
  /// checkpoint intervals from.
  virtual double stops_per_s(std::uint32_t nodes) const = 0;
};

}  // namespace tokenfab
