// SPDX-License-Identifier: Apache-2.0
// The links of a cluster's network as a rate solver needs them: numbers, capacities, and which ones
// a flow between two nodes crosses.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/units.hpp"

namespace tokenfab {

class LinkRoutes {
 public:
  virtual ~LinkRoutes() = default;
  /// Appends the numbers of the links that a flow from one node to another crosses, in order; from
  /// a node to itself: its scale-up fabric. The directions of a link have a number each.
  virtual void route(std::uint32_t from_node, std::uint32_t to_node,
                     std::vector<std::uint32_t>& links) const = 0;
  virtual BytesPerSecond capacity(std::uint32_t link) const = 0;
  /// How many there are, or can be; numbers are below it.
  virtual std::uint32_t links() const = 0;
};

}  // namespace tokenfab
