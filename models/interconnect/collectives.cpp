// SPDX-License-Identifier: Apache-2.0
#include "models/interconnect/collectives.hpp"

#include <algorithm>
#include <cmath>

namespace tokenfab {

Seconds ring_all_reduce(const LinkCost& link, std::int64_t ranks, Bytes size) {
  const auto n = static_cast<double>(ranks);
  return 2 * (n - 1) * link.latency + 2 * (n - 1) / n * size / link.bandwidth;
}

Seconds tree_all_reduce(const LinkCost& link, std::int64_t ranks, Bytes size) {
  if (ranks <= 1) {
    return Seconds(0);
  }
  return 2 * std::log2(static_cast<double>(ranks)) * link.latency + 2 * size / link.bandwidth;
}

Seconds all_reduce(const LinkCost& link, std::int64_t ranks, Bytes size) {
  return std::min(ring_all_reduce(link, ranks, size), tree_all_reduce(link, ranks, size));
}

Seconds all_gather(const LinkCost& link, std::int64_t ranks, Bytes size) {
  return 0.5 * ring_all_reduce(link, ranks, size);
}

Seconds all_to_all(const LinkCost& link, std::int64_t ranks, Bytes size) {
  if (ranks <= 1) {
    return Seconds(0);
  }
  const auto n = static_cast<double>(ranks);
  return link.latency + (n - 1) / n * size / link.bandwidth;
}

Seconds point_to_point(const LinkCost& link, Bytes size) {
  return link.latency + size / link.bandwidth;
}

}  // namespace tokenfab
