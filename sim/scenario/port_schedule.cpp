// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/port_schedule.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

Duration time_over(Bytes size, BytesPerSecond bandwidth) {
  return Duration::from_seconds((size / bandwidth).si());
}

}  // namespace

Duration PortSchedule::Side::work(const Movement& movement) const {
  return time_over(movement.size, bandwidth);
}

PortSchedule::PortSchedule(const std::vector<engine::SitePlatform>& sites) {
  for (const auto& site : sites) {
    auto& own = sites_.emplace_back();
    own.storage_bandwidth = site.storage_bandwidth;
    for (const auto& cluster : site.clusters) {
      own.clusters.push_back(
          {cluster.scale_up_bandwidth, cluster.network_bandwidth, cluster.nodes, {}});
    }
  }
}

void PortSchedule::make_room(const engine::HostPlace& place) {
  if (place.is_storage) {
    return;
  }
  auto& cluster = sites_.at(place.site).clusters.at(place.cluster);
  CHECK(place.node < cluster.node_count, "site {}, cluster {}: node {} of {}", place.site,
        place.cluster, place.node, cluster.node_count);
  if (place.node >= cluster.nodes.size()) {
    cluster.nodes.resize(place.node + std::size_t{1});
  }
}

PortSchedule::Side PortSchedule::source(const Movement& movement) {
  const auto& place = movement.from;
  auto& site = sites_.at(place.site);
  if (place.is_storage) {
    return {&site.storage_out, site.storage_bandwidth};
  }
  auto& cluster = site.clusters[place.cluster];
  auto& node = cluster.nodes[place.node];
  return movement.to == place ? Side{&node.fabric, cluster.scale_up_bandwidth}
                              : Side{&node.out, cluster.network_bandwidth};
}

PortSchedule::Side PortSchedule::destination(const Movement& movement) {
  const auto& place = movement.to;
  auto& site = sites_.at(place.site);
  if (place.is_storage) {
    return {&site.storage_in, site.storage_bandwidth};
  }
  auto& cluster = site.clusters[place.cluster];
  auto& node = cluster.nodes[place.node];
  return movement.from == place ? Side{&node.fabric, cluster.scale_up_bandwidth}
                                : Side{&node.in, cluster.network_bandwidth};
}

PortSchedule::Booking PortSchedule::book(Instant ready, const Movement& movement) {
  make_room(movement.from);
  make_room(movement.to);
  const auto from = source(movement);
  const auto to = destination(movement);
  const auto slowest = std::min(from.bandwidth, to.bandwidth);
  const auto rate = std::min(slowest, movement.bound.value_or(slowest));
  const auto begin = std::max({ready, from.port->free, to.port->free});
  const Booking booking{++bookings_, begin + time_over(movement.size, rate)};
  for (const auto& side : {from, to}) {
    if (side.port->latest != booking.number) {  // a fabric is both sides
      side.port->free = std::max(ready, side.port->free) + side.work(movement);
      side.port->latest = booking.number;
    }
  }
  return booking;
}

void PortSchedule::release(Instant now, const Movement& movement, const Booking& booking) {
  for (const auto& side : {source(movement), destination(movement)}) {
    if (side.port->latest == booking.number) {
      const auto since = side.port->free - side.work(movement);
      side.port->free = std::min(side.port->free, std::max(now, since));
      side.port->latest = 0;
    }
  }
}

}  // namespace tokenfab
