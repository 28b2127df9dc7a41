// SPDX-License-Identifier: Apache-2.0
// Closed forms of collectives between n ranks over links of one bandwidth, alpha-beta model:
// a latency per message step and bytes over bandwidth. S is the whole buffer of one rank.
// Source: Thakur, Rabenseifner, Gropp 2005, doi:10.1177/1094342005051521; double binary trees:
// Sanders, Speck, Traeff 2009, doi:10.1016/j.parco.2009.09.001.
// Left out: contention with other traffic (that is a flow), what libraries make of it
// (network_collectives.hpp).
#pragma once

#include <cstdint>

#include "sim/core/units.hpp"

namespace tokenfab {

/// One kind of link as a collective sees it.
struct LinkCost {
  Seconds latency;           // of one message
  BytesPerSecond bandwidth;  // achieved, one direction
};

/// 2 (n - 1) a + 2 (n - 1) / n S / B.
Seconds ring_all_reduce(const LinkCost& link, std::int64_t ranks, Bytes size);
/// 2 log2(n) a + 2 S / B, pipelined double binary tree.
Seconds tree_all_reduce(const LinkCost& link, std::int64_t ranks, Bytes size);
/// The better of ring and tree.
Seconds all_reduce(const LinkCost& link, std::int64_t ranks, Bytes size);
/// 2 log2(n) a + 2 (n - 1) / n S / B: recursive halving, then doubling. Ranks beyond a power of two
/// first hand their buffer to a neighbour and get the result back: 2 a + 2 S / B.
Seconds halving_doubling_all_reduce(const LinkCost& link, std::int64_t ranks, Bytes size);
/// 2 a + (n + 1) / n S / B: a switch reads every rank's buffer and hands each rank the sum of its
/// n-th, which the rank sends back for the switch to deliver to all: a rank sends S and S / n.
/// After Klenk et al., ISCA 2020, doi:10.1109/ISCA45697.2020.00085.
Seconds in_network_all_reduce(const LinkCost& link, std::int64_t ranks, Bytes size);
/// (n - 1) a + (n - 1) / n S / B; also a reduce-scatter.
Seconds all_gather(const LinkCost& link, std::int64_t ranks, Bytes size);
/// Pairwise exchange of S bytes per rank: (n - 1) / n S / B, its messages posted together, so that
/// one latency shows.
Seconds all_to_all(const LinkCost& link, std::int64_t ranks, Bytes size);
/// (n - 1) a + S / B: along a chain, pipelined.
Seconds chain_broadcast(const LinkCost& link, std::int64_t ranks, Bytes size);
/// log2(n) a + S / B, pipelined double binary tree.
Seconds tree_broadcast(const LinkCost& link, std::int64_t ranks, Bytes size);
/// a + S / B.
Seconds point_to_point(const LinkCost& link, Bytes size);

/// Along the rings of a torus of equal dimensions, B the bandwidth of one link in one direction and
/// every rank with two links per dimension: all-reduce 2 S / (2 d B), all-gather half of it,
/// all-to-all side S / (8 B), which is a quarter of the traffic over the links that cut the torus
/// in two; at least a for every hop of the longest way. Source: Austin et al., How to Scale Your
/// Model (2025), part 3.
Seconds torus_all_reduce(const LinkCost& link, std::int64_t side, int dimensions, Bytes size);
Seconds torus_all_gather(const LinkCost& link, std::int64_t side, int dimensions, Bytes size);
Seconds torus_all_to_all(const LinkCost& link, std::int64_t side, int dimensions, Bytes size);

}  // namespace tokenfab
