// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/wan.hpp"

#include <utility>

#include "sim/core/check.hpp"

namespace tokenfab::engine {
namespace {

bool is_better(const WanRoutes::Way& way, const std::optional<WanRoutes::Way>& than) {
  return !than ||
         std::pair(way.latency, way.hops.size()) < std::pair(than->latency, than->hops.size());
}

}  // namespace

WanRoutes::WanRoutes(std::uint32_t sites, const std::vector<WanLink>& lines)
    : ways_(sites, std::vector<std::optional<Way>>(sites)) {
  for (std::uint32_t from = 0; from < sites; ++from) {
    auto& ways = ways_[from];
    ways[from] = Way{};
    // Bellman and Ford: as many rounds as a way can have lines. Sites are few.
    for (std::uint32_t round = 1; round < sites; ++round) {
      for (std::uint32_t i = 0; i < lines.size(); ++i) {
        const auto& line = lines[i];
        const bool is_line = line.site_a < sites && line.site_b < sites &&
                             line.site_a != line.site_b && line.bandwidth.si() > 0;
        CHECK(is_line, "line {} from site {} to site {} of {}", i, line.site_a, line.site_b, sites);
        for (const bool is_forward : {true, false}) {
          const auto start = is_forward ? line.site_a : line.site_b;
          const auto end = is_forward ? line.site_b : line.site_a;
          if (!ways[start]) {
            continue;
          }
          auto longer = *ways[start];
          longer.hops.push_back({i, is_forward});
          longer.latency += line.latency;
          if (is_better(longer, ways[end])) {
            ways[end] = std::move(longer);
          }
        }
      }
    }
  }
}

}  // namespace tokenfab::engine
