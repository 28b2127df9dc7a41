// SPDX-License-Identifier: Apache-2.0
// Transfers in closed form. A port works off the transfers that reach it first come, first served,
// each for its bytes over the port's bandwidth. A transfer begins when both of its ports have
// worked off what came before, and takes its bytes over the slowest of the two and its own bound.
// Exact for a transfer that meets no other. Left out: transfers that share a port at the same time
// (their mean time is near that of flows: tests/property/transfers_test.cpp prints both), and the
// network between the ports.
// A port goes on with later work while a transfer waits for its other port. If it idled instead,
// the transfers at the heads of the queues would block each other from 59 % utilization on: Karol,
// Hluchyj and Morgan, "Input versus output queueing on a space-division packet switch", IEEE
// Trans. Commun. 35(12), 1987.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/instant.hpp"
#include "sim/engine/platform.hpp"

namespace tokenfab {

/// What moves from where to where.
struct Movement {
  engine::HostPlace from;
  engine::HostPlace to;  // the same node: over its scale-up fabric
  Bytes size;
  std::optional<BytesPerSecond> bound;  // the sender's own ports
};

class PortSchedule {
 public:
  explicit PortSchedule(const std::vector<engine::SitePlatform>& sites);

  struct Booking {
    std::uint64_t number = 0;
    Instant end;  // the last byte arrives
  };

  /// Books the movement's ports from `ready` or as soon as they are free. Bookings come in the
  /// order of `ready`.
  Booking book(Instant ready, const Movement& movement);
  /// Takes back a booking at `now`: what a port has not worked off of it counts no more, unless
  /// later bookings are there. Those keep their dates.
  void release(Instant now, const Movement& movement, const Booking& booking);

 private:
  struct Port {
    Instant free;              // all booked work is done
    std::uint64_t latest = 0;  // booking
  };
  struct Node {
    Port out;
    Port in;
    Port fabric;
  };
  struct Cluster {
    BytesPerSecond scale_up_bandwidth;
    BytesPerSecond network_bandwidth;
    std::uint32_t node_count = 0;
    std::vector<Node> nodes;  // up to the highest that sent or received
  };
  struct Site {
    std::vector<Cluster> clusters;
    BytesPerSecond storage_bandwidth;
    Port storage_out;
    Port storage_in;
  };
  struct Side {  // of a movement
    Port* port;
    BytesPerSecond bandwidth;
    Duration work(const Movement& movement) const;
  };

  void make_room(const engine::HostPlace& place);
  Side source(const Movement& movement);
  Side destination(const Movement& movement);

  std::vector<Site> sites_;
  std::uint64_t bookings_ = 0;
};

}  // namespace tokenfab
