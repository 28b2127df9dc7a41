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

TEST_CASE("collectives: halving-doubling, in-network reduction and broadcasts by hand") {
  const LinkCost link{Seconds(1e-6), BytesPerSecond(100e9)};
  const Bytes size(1e9);
  // Over 4: 4 messages and 1.5 times the buffer; a fifth rank hands its buffer over and back.
  REQUIRE(halving_doubling_all_reduce(link, 4, size).si() == Approx(4e-6 + 15e-3));
  REQUIRE(halving_doubling_all_reduce(link, 5, size).si() == Approx(6e-6 + 35e-3));
  // The switch reads 1 GB of every rank, and the rank sends its fourth of the sum.
  REQUIRE(in_network_all_reduce(link, 4, size).si() == Approx(2e-6 + 12.5e-3));
  REQUIRE(chain_broadcast(link, 8, size).si() == Approx(7e-6 + 10e-3));
  REQUIRE(tree_broadcast(link, 8, size).si() == Approx(3e-6 + 10e-3));
  REQUIRE(halving_doubling_all_reduce(link, 1, size) == Seconds(0));
  REQUIRE(in_network_all_reduce(link, 1, size) == Seconds(0));
}

TEST_CASE("collectives: a torus by hand") {
  const LinkCost link{Seconds(1e-6), BytesPerSecond(50e9)};
  // TPU v5e, 16 x 16: 4 links of 50 GB/s together send 1 GB in 5 ms. All-to-all: 128 ranks send
  // half of their GB to the other half across 32 links: 64 GB over 1,600 GB/s.
  REQUIRE(torus_all_gather(link, 16, 2, Bytes(1e9)).si() == Approx(5e-3));
  REQUIRE(torus_all_reduce(link, 16, 2, Bytes(1e9)).si() == Approx(10e-3));
  REQUIRE(torus_all_to_all(link, 16, 2, Bytes(1e9)).si() == Approx(40e-3));
  REQUIRE(torus_all_gather(link, 16, 2, Bytes(1)).si() == Approx(16e-6));
  REQUIRE(torus_all_reduce(link, 1, 2, Bytes(1e9)) == Seconds(0));
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
