// SPDX-License-Identifier: Apache-2.0
// The wide area network: which lines a flow from site to site crosses.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/engine/platform.hpp"

namespace tokenfab::engine {

class WanRoutes {
 public:
  /// CHECKs that the lines name different sites that exist.
  WanRoutes(std::uint32_t sites, const std::vector<WanLink>& lines);

  struct Hop {
    std::uint32_t line = 0;
    bool is_forward = true;  // from site_a to site_b
  };
  struct Way {
    std::vector<Hop> hops;
    Seconds latency;
  };
  /// Of the least latency, then of the fewest lines, then over the lines named first; nullopt: none
  /// leads there. Empty from a site to itself.
  const std::optional<Way>& way(std::uint32_t from, std::uint32_t to) const {
    return ways_.at(from).at(to);
  }

 private:
  std::vector<std::vector<std::optional<Way>>> ways_;
};

}  // namespace tokenfab::engine
