// SPDX-License-Identifier: Apache-2.0
// Collectives over several levels: against the closed forms of one link, and by hand.
#include "models/interconnect/network_collectives.hpp"

#include "models/interconnect/collectives.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using enum CollectiveKind;

namespace {

/// Adds nothing to the network and reaches its bandwidth.
CollectiveLibraryConfig ideal(std::vector<std::string> algorithms = {"ring"}) {
  CollectiveLibraryConfig library;
  library.algorithms = std::move(algorithms);
  library.in_network_efficiency = 1;
  return library;
}

NetworkLevel level(std::int64_t chips, double bandwidth, double latency, bool reduces = false) {
  return {"level", chips, BytesPerSecond(bandwidth), Seconds(latency), reduces};
}

/// Eight chips of 400 GB/s to a domain, 50 GB/s each into a network of 64.
std::vector<NetworkLevel> two_levels(bool reduces = false) {
  return {level(8, 400e9, 1e-6, reduces), level(64, 50e9, 5e-6, reduces)};
}

const Bytes gigabyte(1e9);

double seconds(const std::vector<NetworkLevel>& levels, CollectiveAlgorithm algorithm,
               CollectiveKind kind, ChipGroup group, Bytes size = gigabyte) {
  return NetworkCollectives(levels, ideal(), algorithm).time(kind, group, size).si();
}

}  // namespace

TEST_CASE("network collectives: on one level they are the closed forms") {
  const LinkCost link{Seconds(2e-6), BytesPerSecond(100e9)};
  // One rank per domain: all in the network.
  const std::vector<NetworkLevel> levels{level(8, 400e9, 1e-6), level(1024, 100e9, 2e-6, true)};
  for (const std::int64_t ranks : {2, 4, 16, 128}) {
    const ChipGroup group{ranks, 8};
    using enum CollectiveAlgorithm;
    const auto is = [&](CollectiveAlgorithm algorithm, CollectiveKind kind, Seconds expected) {
      INFO(ranks << " ranks, algorithm " << static_cast<int>(algorithm));
      REQUIRE(seconds(levels, algorithm, kind, group) == Approx(expected.si()).epsilon(1e-12));
    };
    is(Ring, AllReduce, ring_all_reduce(link, ranks, gigabyte));
    is(Ring, AllGather, all_gather(link, ranks, gigabyte));
    is(Ring, ReduceScatter, all_gather(link, ranks, gigabyte));
    is(Ring, Broadcast, chain_broadcast(link, ranks, gigabyte));
    is(HalvingDoubling, AllReduce, halving_doubling_all_reduce(link, ranks, gigabyte));
    is(Hierarchical, AllReduce, ring_all_reduce(link, ranks, gigabyte));
    is(Auto, AllToAll, all_to_all(link, ranks, gigabyte));
    is(Auto, SendReceive, point_to_point(link, gigabyte));
    is(Tree, Broadcast, tree_broadcast(link, ranks, gigabyte));
    if (ranks > 2) {
      is(Tree, AllReduce, tree_all_reduce(link, ranks, gigabyte));
      // Up once and down once.
      is(InNetwork, AllReduce, 2 * link.latency + gigabyte / link.bandwidth);
    }
  }
}

TEST_CASE("network collectives: the slowest level sets the pace of a ring") {
  // 64 ranks, 8 to a domain: 2 x 63/64 GB leave every rank, at 400 GB/s to a neighbour in the
  // domain and at 8 x 50 GB/s to the next domain. 2 x 63 steps, 2 x 8 of them between domains.
  const double wire = 2 * 63.0 / 64 * 1e9 / 400e9;
  REQUIRE(seconds(two_levels(), CollectiveAlgorithm::Ring, AllReduce, {64, 1}) ==
          Approx(wire + 110 * 1e-6 + 16 * 5e-6));
  // Four ranks to a domain have half of its ports.
  REQUIRE(seconds(two_levels(), CollectiveAlgorithm::Ring, AllReduce, {32, 2}) ==
          Approx(2 * 31.0 / 32 * 1e9 / 200e9 + 46 * 1e-6 + 16 * 5e-6));
  // Within one domain the network does not matter.
  REQUIRE(seconds(two_levels(), CollectiveAlgorithm::Ring, AllGather, {8, 1}) ==
          Approx(7.0 / 8 * 1e9 / 400e9 + 7e-6));
}

TEST_CASE("network collectives: two levels by hand") {
  using enum CollectiveAlgorithm;
  // Reduce-scatter of 1 GB over 8, all-reduce of 125 MB over 8 domains, all-gather.
  REQUIRE(seconds(two_levels(), Hierarchical, AllReduce, {64, 1}) ==
          Approx(14e-6 + 14 * 5e-6 + 2 * 7.0 / 8 * (1e9 / 400e9 + 125e6 / 50e9)));
  // Chains of 8 and a tree over 8 domains, 2 GB through both.
  REQUIRE(seconds(two_levels(), Tree, AllReduce, {64, 1}) ==
          Approx(14e-6 + 6 * 5e-6 + 2e9 / 400e9));
  // Of 64 parts of a buffer 7 go to the domain and 56 to the network; one message shows.
  REQUIRE(seconds(two_levels(), Auto, AllToAll, {64, 1}) == Approx(5e-6 + 56.0 / 64 * 1e9 / 50e9));
  REQUIRE(seconds(two_levels(), Hierarchical, AllToAll, {64, 1}) ==
          Approx(6e-6 + 7.0 / 8 * (1e9 / 400e9 + 1e9 / 50e9)));
  // Halves go to neighbours first: 1/2 + 1/4 + 1/8 in the domain, 7/64 between domains.
  REQUIRE(seconds(two_levels(), HalvingDoubling, ReduceScatter, {64, 1}) ==
          Approx(3e-6 + 3 * 5e-6 + 0.875e9 / 400e9 + 7.0 / 64 * 1e9 / 50e9));
  // In the domain's switch: a rank sends its buffer and its eighth of the sum.
  REQUIRE(seconds(two_levels(true), InNetwork, AllReduce, {8, 1}) == Approx(1.125e9 / 400e9));
  // In the network's switches: chains in the domain, 1 GB up and down for each of them.
  REQUIRE(seconds(two_levels(true), InNetwork, AllReduce, {64, 1}) ==
          Approx(14e-6 + 2 * 5e-6 + 2e9 / 400e9));
}

TEST_CASE("network collectives: levels above the first are shared by the group's ranks below") {
  // Leaves of 32 chips over a spine with a quarter of the bandwidth.
  auto levels = two_levels();
  levels[1].chips = 32;
  levels.push_back(level(64, 12.5e9, 7e-6));
  // Between leaves 32 ranks share 32 x 12.5 GB/s: no slower than the ports of a domain.
  REQUIRE(seconds(levels, CollectiveAlgorithm::Ring, AllGather, {64, 1}) ==
          Approx(63.0 / 64 * 1e9 / 400e9 + (63 - 8) * 1e-6 + 6 * 5e-6 + 2 * 7e-6));
  // One rank per domain has 4 x 12.5 GB/s out of its leaf; all-to-all has 12.5 GB/s each.
  REQUIRE(seconds(levels, CollectiveAlgorithm::Ring, AllGather, {8, 8}) ==
          Approx(7.0 / 8 * 1e9 / 50e9 + (7 - 2) * 5e-6 + 2 * 7e-6));
  REQUIRE(seconds(levels, CollectiveAlgorithm::Auto, AllToAll, {8, 8}) ==
          Approx(7e-6 + 0.5e9 / 12.5e9));
}

TEST_CASE("network collectives: a library takes the fastest algorithm that it has") {
  const auto levels = two_levels(true);
  const ChipGroup group{64, 1};
  const NetworkCollectives rings(levels, ideal({"ring"}));
  const NetworkCollectives both(levels, ideal({"ring", "tree"}));
  const NetworkCollectives tree(levels, ideal(), CollectiveAlgorithm::Tree);
  REQUIRE(both.time(AllReduce, group, Bytes(1e3)) == tree.time(AllReduce, group, Bytes(1e3)));
  REQUIRE(both.time(AllReduce, group, Bytes(1e11)) == rings.time(AllReduce, group, Bytes(1e11)));
  // There is no all-gather by a tree.
  REQUIRE(tree.time(AllGather, group, gigabyte) == rings.time(AllGather, group, gigabyte));
}

TEST_CASE("network collectives: protocols, launches and filling by hand") {
  auto library = ideal();
  library.small_efficiency = 0.25;
  library.scale_up = {Seconds(5e-6), Seconds(9e-6), Seconds(1e-6), 0.5, 0.8, Seconds(1e-6), {}};
  library.own_part = 0.5;
  const NetworkCollectives collectives({level(8, 100e9, 1e-6)}, library);
  // 1 MB over 4: 0.875 MB with half of the own part, at a quarter of the bandwidth.
  REQUIRE(collectives.time(AllGather, {4, 1}, Bytes(1e6)).si() ==
          Approx(5e-6 + 3 * 2e-6 + 0.875e6 / 25e9));
  // 1 GB: at half of it, and sqrt(1 us x 17.5 ms) for filling.
  REQUIRE(collectives.time(AllGather, {4, 1}, gigabyte).si() ==
          Approx(5e-6 + 3 * 10e-6 + 17.5e-3 + std::sqrt(1e-6 * 17.5e-3)));
}

TEST_CASE("network collectives: nothing to send takes no time") {
  const NetworkCollectives collectives(two_levels(), ideal());
  REQUIRE(collectives.time(AllReduce, {1, 1}, gigabyte) == Seconds(0));
  REQUIRE(collectives.time(AllToAll, {8, 1}, Bytes(0)) == Seconds(0));
}

TEST_CASE("network collectives: more bytes, more ranks, less bandwidth never go faster") {
  const auto levels = two_levels(true);
  auto slower = levels;
  slower[1].bandwidth = 0.5 * slower[1].bandwidth;
  for (const auto* id : {"nccl-ampere", "nccl-hopper", "nccl-blackwell"}) {
    const auto library = testing::entry<CollectiveLibraryConfig>("collectives", id);
    const NetworkCollectives fast(levels, library);
    const NetworkCollectives slow(slower, library);
    for (const auto kind : {AllReduce, ReduceScatter, AllGather, AllToAll, Broadcast}) {
      Seconds last(0);
      for (double size = 64; size < 1e10; size *= 1.7) {
        const auto now = fast.time(kind, {64, 1}, Bytes(size));
        REQUIRE(now > last);
        REQUIRE(slow.time(kind, {64, 1}, Bytes(size)) >= now);
        last = now;
      }
      for (const std::int64_t stride : {1, 8}) {
        last = Seconds(0);
        for (std::int64_t ranks = 2; ranks * stride <= 64; ranks *= 2) {
          const auto now = fast.time(kind, {ranks, stride}, Bytes(1e9));
          // In the switches of a domain the buffer passes once, so that more than two ranks are
          // faster than two.
          REQUIRE((now >= last || (kind == AllReduce && ranks <= 16)));
          last = now;
        }
      }
    }
  }
}

TEST_CASE("network collectives: what cannot be is refused by name") {
  REQUIRE_THROWS_WITH(NetworkCollectives({}, ideal()), Catch::Contains("without levels"));
  REQUIRE_THROWS_WITH(NetworkCollectives({level(8, 1e9, 0), level(4, 1e9, 0)}, ideal()),
                      Catch::Contains("has 4 chips, fewer than"));
  REQUIRE_THROWS_WITH(NetworkCollectives(two_levels(), ideal({"rings"})),
                      Catch::Contains("did you mean \"ring\"?"));
}

TEST_CASE("network collectives: a group spreads over levels by its stride") {
  const auto levels = two_levels();
  const auto spread = group_spread(levels, {32, 2});
  REQUIRE(spread.size() == 2);
  REQUIRE(spread[0].ranks == 4);
  REQUIRE(spread[1].ranks_below == 4);
  REQUIRE(spread[1].parts_below == 8);
  REQUIRE(spread[1].joined() == 8);
  REQUIRE(group_spread(levels, {8, 8}).size() == 1);
  REQUIRE(group_spread(levels, {8, 8}).front().level == 1);
  // 12 ranks in domains of 8: a domain and a half.
  REQUIRE(group_spread(levels, {12, 1}).back().joined() == 2);
  REQUIRE(group_spread(levels, {1, 1}).empty());
}
