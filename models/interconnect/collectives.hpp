// SPDX-License-Identifier: Apache-2.0
// Closed forms of collectives between n ranks over links of one bandwidth, alpha-beta model:
// a latency per message step and bytes over bandwidth. S is the whole buffer of one rank.
// Source: Thakur, Rabenseifner, Gropp 2005, doi:10.1177/1094342005051521; double binary trees:
// Sanders, Speck, Traeff 2009, doi:10.1016/j.parco.2009.09.001.
// Left out: contention with other traffic (that is a flow), in-network reduction.
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
/// (n - 1) a + (n - 1) / n S / B; also a reduce-scatter.
Seconds all_gather(const LinkCost& link, std::int64_t ranks, Bytes size);
/// Pairwise exchange of S bytes per rank: (n - 1) / n S / B, its messages posted together, so that
/// one latency shows.
Seconds all_to_all(const LinkCost& link, std::int64_t ranks, Bytes size);
/// a + S / B.
Seconds point_to_point(const LinkCost& link, Bytes size);

}  // namespace tokenfab
