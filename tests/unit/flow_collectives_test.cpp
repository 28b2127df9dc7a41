// SPDX-License-Identifier: Apache-2.0
// Collectives as flows: against their closed form where nobody else communicates, and by hand where
// somebody does.
#include "models/interconnect/flow_collectives.hpp"

#include <numeric>

#include "tests/catalogue_entries.hpp"
#include "tests/tree_routes.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using enum CollectiveKind;
using testing::TreeRoutes;

namespace {

constexpr std::int64_t chips_per_node = 8;

/// Nodes of eight chips: 400 GB/s within, 50 GB/s out of each, leaves of four nodes whose uplink
/// is `taper` times thinner than their ports.
TreeRoutes tree(std::uint32_t nodes, double taper = 1) {
  TreeRoutes routes;
  routes.nodes = nodes;
  routes.nodes_per_leaf = 4;
  routes.fabric = BytesPerSecond(8 * 400e9);
  routes.port = BytesPerSecond(8 * 50e9);
  routes.uplink = BytesPerSecond(4 * 8 * 50e9 / taper);
  return routes;
}

std::vector<NetworkLevel> levels(std::uint32_t nodes, double taper = 1) {
  return {{"scale-up", 8, BytesPerSecond(400e9), Seconds(1e-6), false},
          {"leaf", 32, BytesPerSecond(50e9), Seconds(3e-6), false},
          {"spine", 8 * nodes, BytesPerSecond(50e9 / taper), Seconds(5e-6), false}};
}

ChipNodes nodes_from(std::uint32_t first, std::uint32_t count) {
  ChipNodes nodes;
  for (std::uint32_t chip = 0; chip < count * chips_per_node; ++chip) {
    nodes.push_back(first + chip / chips_per_node);
  }
  return nodes;
}

CollectiveLibraryConfig hopper() {
  return testing::entry<CollectiveLibraryConfig>("collectives", "nccl-hopper");
}

/// Nothing but bytes over bandwidth.
CollectiveLibraryConfig bare() {
  CollectiveLibraryConfig library;
  library.algorithms = {"ring"};
  return library;
}

const Bytes gigabyte(1e9);

}  // namespace

TEST_CASE("flow collectives: alone they take as long as their closed form") {
  constexpr std::uint32_t nodes = 16;
  const auto routes = tree(nodes);
  using enum CollectiveAlgorithm;
  for (const auto algorithm : {Auto, Ring, Tree, HalvingDoubling, Hierarchical, InNetwork}) {
    const NetworkCollectives closed(levels(nodes), hopper(), algorithm);
    FlowCollectives flows(routes, closed, chips_per_node);
    const auto placement = flows.place(nodes_from(0, nodes));
    for (const auto kind :
         {AllReduce, ReduceScatter, AllGather, AllToAll, Broadcast, SendReceive}) {
      for (const ChipGroup group :
           {ChipGroup{8, 1}, {4, 2}, {16, 8}, {8, 8}, {64, 1}, {128, 1}, {8, 16}}) {
        for (const double size : {1e4, 1e7, 3e9}) {
          INFO("algorithm " << static_cast<int>(algorithm) << " kind " << static_cast<int>(kind)
                            << " ranks " << group.ranks << " stride " << group.stride << " size "
                            << size);
          const auto expected = closed.time(kind, group, Bytes(size)).si();
          const auto got = flows.time({placement, kind, group, Bytes(size)}).si();
          REQUIRE(got == Approx(expected).epsilon(1e-9));
        }
      }
    }
  }
}

TEST_CASE("flow collectives: two rings over one tapered uplink take twice as long") {
  // Leaves of four nodes with one port's worth of uplink: a ring through two leaves crosses each
  // uplink once, and fills it.
  const auto routes = tree(8, 4);
  FlowCollectives flows(routes, NetworkCollectives(levels(8), bare()), chips_per_node);
  const auto one = flows.place({0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 4, 4, 4, 4});
  const auto other = flows.place({1, 1, 1, 1, 1, 1, 1, 1, 5, 5, 5, 5, 5, 5, 5, 5});
  const ChipGroup all{16, 1};
  const auto steps = 13 * 1e-6 + 2 * 3e-6;
  const auto alone = flows.time({one, AllGather, all, gigabyte});
  const auto wire = 15.0 / 16 * 1e9 / 400e9;
  REQUIRE(alone.si() == Approx(wire + steps).epsilon(1e-9));
  const auto both =
      flows.times({{one, AllGather, all, gigabyte}, {other, AllGather, all, gigabyte}});
  REQUIRE(both[0] == both[1]);
  REQUIRE((both[0] - alone).si() == Approx(wire).epsilon(1e-9));
}

TEST_CASE("flow collectives: who ends first leaves the links to the others") {
  const auto routes = tree(8, 4);
  FlowCollectives flows(routes, NetworkCollectives(levels(8), bare()), chips_per_node);
  const auto one = flows.place({0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 4, 4, 4, 4});
  const auto other = flows.place({1, 1, 1, 1, 1, 1, 1, 1, 5, 5, 5, 5, 5, 5, 5, 5});
  const ChipGroup all{16, 1};
  const auto fixed = 19e-6;
  const auto wire = 15.0 / 16 * 1e9 / 400e9;
  // 1 GB and 3 GB share until the small one is through, at twice its time; then 2 GB at full speed.
  const auto times =
      flows.times({{other, AllGather, all, Bytes(3e9)}, {one, AllGather, all, gigabyte}});
  REQUIRE(times[1].si() == Approx(fixed + 2 * wire).epsilon(1e-9));
  REQUIRE(times[0].si() == Approx(fixed + 4 * wire).epsilon(1e-9));
  // In any order, and as one of them sees it.
  REQUIRE(flows.times({{one, AllGather, all, gigabyte}, {other, AllGather, all, Bytes(3e9)}}) ==
          std::vector{times[1], times[0]});
  const ContendedCollectives seen(flows, other, {{one, AllGather, all, gigabyte}});
  REQUIRE(seen.time(AllGather, all, Bytes(3e9)) == times[0]);
}

TEST_CASE("flow collectives: jobs that share no link do not see each other") {
  const auto routes = tree(16, 4);
  FlowCollectives flows(routes, NetworkCollectives(levels(16), hopper()), chips_per_node);
  const auto one = flows.place(nodes_from(0, 4));
  const auto other = flows.place(nodes_from(4, 4));
  const FlowCollectives::Collective first{one, AllReduce, {32, 1}, gigabyte};
  const FlowCollectives::Collective second{other, AllReduce, {32, 1}, gigabyte};
  const auto alone = flows.time(first);
  REQUIRE(flows.times({first, second}) == std::vector{alone, alone});
}

TEST_CASE("flow collectives: more bytes, ranks and taper never go faster") {
  Seconds tapered(0);
  for (const double taper : {1.0, 2.0, 4.0, 8.0}) {
    const auto routes = tree(16, taper);
    FlowCollectives flows(routes, NetworkCollectives(levels(16), hopper()), chips_per_node);
    const auto placement = flows.place(nodes_from(0, 16));
    Seconds last(0);
    for (double size = 1e3; size < 1e10; size *= 10) {
      const auto now = flows.time({placement, AllToAll, {128, 1}, Bytes(size)});
      REQUIRE(now > last);
      last = now;
    }
    REQUIRE(last >= tapered);
    tapered = last;
    last = Seconds(0);
    for (const std::int64_t ranks : {2, 4, 8, 16}) {
      const auto now = flows.time({placement, AllGather, {ranks, 8}, gigabyte});
      REQUIRE(now > last);
      last = now;
    }
  }
}

TEST_CASE("flow collectives: equal placements are one; groups must divide the chips") {
  const auto routes = tree(8);
  FlowCollectives flows(routes, NetworkCollectives(levels(8), bare()), chips_per_node);
  REQUIRE(flows.place(nodes_from(0, 2)) == flows.place(nodes_from(0, 2)));
  const auto placement = flows.place(nodes_from(2, 2));
  REQUIRE(placement == 1);
  REQUIRE_THROWS_WITH(flows.time({placement, AllReduce, {12, 1}, gigabyte}),
                      Catch::Contains("do not divide 16 chips"));
  REQUIRE(flows.time({placement, AllReduce, {1, 1}, gigabyte}) == Seconds(0));
}

TEST_CASE("flow shares: max-min by hand") {
  // Port of node 0: three flows; one of them ends at a port that another flow also wants.
  TreeRoutes routes;
  routes.nodes = 4;
  routes.nodes_per_leaf = 4;
  routes.port = BytesPerSecond(12);
  FlowShares shares(routes);
  const auto bound = BytesPerSecond(2);
  shares.start(0, {{0, 1, Bytes(20)}});            // 12 - 2 - 5 of port 0: 5
  shares.start(1, {{0, 2, Bytes(20), 1, bound}});  // 2
  shares.start(2, {{0, 3, Bytes(20)}});
  shares.start(3, {{1, 3, Bytes(70), 1}});  // 12 - 5 of port 3
  REQUIRE(shares.until_next_end().si() == Approx(4));
  shares.advance(shares.until_next_end());
  REQUIRE_FALSE(shares.has_flows(0));
  REQUIRE_FALSE(shares.has_flows(2));
  // 42 left alone at 12.
  REQUIRE(shares.until_next_end().si() == Approx(42.0 / 12));
  shares.advance(shares.until_next_end());
  REQUIRE_FALSE(shares.has_flows(3));
  REQUIRE(shares.until_next_end().si() == Approx(10 - 4 - 3.5));
}

TEST_CASE("flow collectives: rings over a thousand nodes are solved at once") {
  constexpr std::uint32_t nodes = 1024;
  const auto routes = tree(nodes, 2);
  const NetworkCollectives closed(levels(nodes, 2), hopper(), CollectiveAlgorithm::Ring);
  FlowCollectives flows(routes, closed, chips_per_node);
  const auto placement = flows.place(nodes_from(0, nodes));
  const ChipGroup all{nodes * chips_per_node, 1};
  REQUIRE(flows.time({placement, AllReduce, all, gigabyte}).si() ==
          Approx(closed.time(AllReduce, all, gigabyte).si()).epsilon(1e-9));
}
