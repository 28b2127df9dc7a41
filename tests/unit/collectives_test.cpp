// SPDX-License-Identifier: Apache-2.0
// Closed forms of collectives against hand-derived times.
#include "models/interconnect/collectives.hpp"

#undef CHECK
#include <catch2/catch.hpp>

namespace tokenfab {

TEST_CASE("collectives: hand-derived times at 1 GB over 100 GB/s and 1 us") {
  const LinkCost link{Seconds(1e-6), BytesPerSecond(100e9)};
  const Bytes size(1e9);  // 10 ms on the wire
  // Ring over 4: 6 messages and 1.5 times the buffer.
  REQUIRE(ring_all_reduce(link, 4, size).si() == Approx(6e-6 + 15e-3));
  // Tree over 4: 2 log2(4) = 4 messages and twice the buffer.
  REQUIRE(tree_all_reduce(link, 4, size).si() == Approx(4e-6 + 20e-3));
  REQUIRE(all_gather(link, 4, size).si() == Approx(3e-6 + 7.5e-3));
  REQUIRE(all_to_all(link, 4, size).si() == Approx(1e-6 + 7.5e-3));
  REQUIRE(point_to_point(link, size).si() == Approx(1e-6 + 10e-3));
}

TEST_CASE("collectives: the tree wins small messages of large groups, the ring large messages") {
  const LinkCost link{Seconds(1e-6), BytesPerSecond(100e9)};
  REQUIRE(all_reduce(link, 64, Bytes(1e3)) == tree_all_reduce(link, 64, Bytes(1e3)));
  REQUIRE(all_reduce(link, 64, Bytes(1e9)) == ring_all_reduce(link, 64, Bytes(1e9)));
}

TEST_CASE("collectives: a group of one has nothing to say") {
  const LinkCost link{Seconds(1e-6), BytesPerSecond(100e9)};
  REQUIRE(ring_all_reduce(link, 1, Bytes(1e9)) == Seconds(0));
  REQUIRE(tree_all_reduce(link, 1, Bytes(1e9)) == Seconds(0));
  REQUIRE(all_to_all(link, 1, Bytes(1e9)) == Seconds(0));
}

}  // namespace tokenfab
