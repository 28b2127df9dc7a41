// SPDX-License-Identifier: Apache-2.0
// What an algorithm does on every level of a network: steps and bytes, before any library's
// constants. docs/collectives.md has the formulas in one table.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/chip/collective_library.hpp"
#include "models/interconnect/group_spread.hpp"

namespace tokenfab {

/// Auto: the fastest of those that the library has. A collective that the named algorithm does not
/// know (an all-gather by in-network reduction) takes the ring; all-to-all and send-receive are
/// direct under every name but Hierarchical.
enum class CollectiveAlgorithm { Auto, Ring, Tree, HalvingDoubling, Hierarchical, InNetwork };
const std::vector<std::string>& collective_algorithm_names();

/// What happens on one level.
struct LevelTraffic {
  std::size_t level = 0;
  double steps = 0;
  Bytes sent;            // by the slowest sender
  BytesPerSecond share;  // of that sender, of the level's links
  // Reduction in the switches of a scale-up domain: its own latency and efficiency.
  bool is_in_switches = false;
};

struct CollectivePattern {
  std::vector<LevelTraffic> levels;
  bool is_pipelined = true;  // through all levels at once; otherwise one after the other
  bool is_exchange = false;  // all-to-all or send-receive
};

/// What a pattern is asked for.
struct PatternInputs {
  CollectiveKind kind = CollectiveKind::AllReduce;
  Bytes size;
  std::int64_t ranks = 1;
  const std::vector<SpreadLevel>& spread;  // not empty
  const std::vector<NetworkLevel>& levels;
  const CollectiveLibraryConfig& library;
};

/// The ways in which an algorithm can do it; none: it cannot.
std::vector<CollectivePattern> patterns_of(CollectiveAlgorithm algorithm,
                                           const PatternInputs& inputs);

/// Large messages go at full bandwidth, small ones in fewer round trips.
enum class MessageProtocol { Large, Small };

/// Share of a level's links that a pattern's bytes reach.
double level_efficiency(const CollectivePattern& pattern, const LevelTraffic& at,
                        MessageProtocol protocol, const CollectiveLibraryConfig& library);

struct PatternTime {
  Seconds latency;  // launch, steps, and filling the pipeline
  Seconds wire;
  Seconds total() const { return latency + wire; }
};
PatternTime pattern_time(const CollectivePattern& pattern, MessageProtocol protocol,
                         const std::vector<NetworkLevel>& levels,
                         const CollectiveLibraryConfig& library);

/// Times that the whole buffer passes a rank of a ring: 2 for an all-reduce, otherwise 1.
inline double passes(CollectiveKind kind) { return kind == CollectiveKind::AllReduce ? 2 : 1; }

/// What one rank sends to the next in a ring (or chain, for a broadcast) of so many.
Bytes ring_bytes(CollectiveKind kind, std::int64_t ranks, Bytes size);

}  // namespace tokenfab
