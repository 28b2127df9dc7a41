// SPDX-License-Identifier: Apache-2.0
// "SITE/CLUSTER" references, and the numbers that sites and clusters have in name order.
#pragma once

#include <cstdint>
#include <iterator>
#include <string>
#include <utility>

#include "sim/scenario/config.hpp"

namespace tokenfab {

/// Site and cluster.
inline std::pair<std::string, std::string> split_place(const std::string& place) {
  const auto slash = place.find('/');
  return {place.substr(0, slash), slash == std::string::npos ? "" : place.substr(slash + 1)};
}

/// Both must exist.
inline std::pair<std::uint32_t, std::uint32_t> numbers_of(const ScenarioConfig& config,
                                                          const std::string& site,
                                                          const std::string& cluster) {
  const auto found = config.sites.find(site);
  const auto& clusters = found->second.clusters;
  return {static_cast<std::uint32_t>(std::distance(config.sites.begin(), found)),
          static_cast<std::uint32_t>(std::distance(clusters.begin(), clusters.find(cluster)))};
}

}  // namespace tokenfab
