// SPDX-License-Identifier: Apache-2.0
#include "models/interconnect/collectives.hpp"

#include <algorithm>
#include <bit>
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

Seconds halving_doubling_all_reduce(const LinkCost& link, std::int64_t ranks, Bytes size) {
  if (ranks <= 1) {
    return Seconds(0);
  }
  const auto power = static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(ranks)));
  const auto n = static_cast<double>(power);
  const auto halving = 2 * std::log2(n) * link.latency + 2 * (n - 1) / n * size / link.bandwidth;
  return power == ranks ? halving : halving + 2 * point_to_point(link, size);
}

Seconds in_network_all_reduce(const LinkCost& link, std::int64_t ranks, Bytes size) {
  if (ranks <= 1) {
    return Seconds(0);
  }
  const auto n = static_cast<double>(ranks);
  return 2 * link.latency + (n + 1) / n * size / link.bandwidth;
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

Seconds chain_broadcast(const LinkCost& link, std::int64_t ranks, Bytes size) {
  if (ranks <= 1) {
    return Seconds(0);
  }
  return static_cast<double>(ranks - 1) * link.latency + size / link.bandwidth;
}

Seconds tree_broadcast(const LinkCost& link, std::int64_t ranks, Bytes size) {
  if (ranks <= 1) {
    return Seconds(0);
  }
  return std::log2(static_cast<double>(ranks)) * link.latency + size / link.bandwidth;
}

Seconds point_to_point(const LinkCost& link, Bytes size) {
  return link.latency + size / link.bandwidth;
}

namespace {

/// Hops of the longest way through a torus.
Seconds torus_latency(const LinkCost& link, std::int64_t side, int dimensions) {
  return static_cast<double>(side / 2) * dimensions * link.latency;
}

}  // namespace

Seconds torus_all_reduce(const LinkCost& link, std::int64_t side, int dimensions, Bytes size) {
  return 2 * torus_all_gather(link, side, dimensions, size);
}

Seconds torus_all_gather(const LinkCost& link, std::int64_t side, int dimensions, Bytes size) {
  return std::max(torus_latency(link, side, dimensions),
                  side <= 1 ? Seconds(0) : size / (2.0 * dimensions * link.bandwidth));
}

Seconds torus_all_to_all(const LinkCost& link, std::int64_t side, int dimensions, Bytes size) {
  return std::max(
      torus_latency(link, side, dimensions),
      side <= 1 ? Seconds(0) : static_cast<double>(side) * size / (8.0 * link.bandwidth));
}

}  // namespace tokenfab
