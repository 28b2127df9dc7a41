// SPDX-License-Identifier: Apache-2.0
#include "models/interconnect/collective_pattern.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace tokenfab {
namespace {

using enum CollectiveKind;

double depth(std::int64_t parts) {
  return parts <= 1 ? 0 : std::bit_width(static_cast<std::uint64_t>(parts - 1));
}

/// Of the links that join the parts of a level, what one of those parts may use when all groups
/// communicate at once. A library has so many rings out of a scale-up domain.
BytesPerSecond share_of_part(const PatternInputs& in, const SpreadLevel& at) {
  const auto bandwidth = in.levels[at.level].bandwidth;
  if (at.is_scale_up()) {
    return bandwidth;
  }
  const bool leaves_domain = &at == &in.spread.front() || (&at - 1)->is_scale_up();
  const auto senders = leaves_domain ? std::min(at.ranks_below, in.library.rings) : at.ranks_below;
  return static_cast<double>(senders) * bandwidth;
}

/// Message steps of a ring on each level: every part hands over to the next one.
double ring_steps(const PatternInputs& in, const SpreadLevel& at) {
  const bool is_lowest = &at == &in.spread.front();
  const auto edges = at.parts_below - (at.parts > 1 ? at.parts : 0) - (is_lowest ? 1 : 0);
  return passes(in.kind) * static_cast<double>(edges);
}

CollectivePattern ring(const PatternInputs& in) {
  CollectivePattern pattern;
  const auto sent = ring_bytes(in.kind, in.ranks, in.size);
  const auto copied = in.kind == Broadcast
                          ? Bytes(0)
                          : in.library.own_part / static_cast<double>(in.ranks) * in.size;
  for (const auto& at : in.spread) {
    pattern.levels.push_back({at.level, ring_steps(in, at), at.is_scale_up() ? sent + copied : sent,
                              share_of_part(in, at)});
  }
  return pattern;
}

/// Chains within a scale-up domain and a double binary tree between the domains, as NCCL has it:
/// up and down for an all-reduce, each rank of a chain passing the buffer on, each domain sending
/// half to its parent and half to two children in either tree.
CollectivePattern tree(const PatternInputs& in, bool in_switches) {
  CollectivePattern pattern;
  const double ways = passes(in.kind);
  for (const auto& at : in.spread) {
    if (at.is_scale_up() && in_switches) {
      const auto n = static_cast<double>(at.ranks);
      pattern.levels.push_back(
          {at.level, 0, (n + 1) / n * in.size, in.levels[at.level].bandwidth, true});
    } else if (at.is_scale_up()) {
      pattern.levels.push_back({at.level, ways * static_cast<double>(at.ranks - 1), ways * in.size,
                                in.levels[at.level].bandwidth});
    } else {
      const double up_and_down = at.parts_below == 2 ? 1 : ways;
      pattern.levels.push_back({at.level, ways * (depth(at.parts_below) - depth(at.parts)),
                                up_and_down * in.size, share_of_part(in, at)});
    }
  }
  return pattern;
}

/// Chains within a scale-up domain and the network's switches between domains: up once, down once.
CollectivePattern switched_above(const PatternInputs& in) {
  CollectivePattern pattern;
  for (const auto& at : in.spread) {
    if (at.is_scale_up()) {
      pattern.levels.push_back({at.level, 2.0 * static_cast<double>(at.ranks - 1), 2 * in.size,
                                in.levels[at.level].bandwidth});
    } else {
      pattern.levels.push_back({at.level, 2, in.size, share_of_part(in, at)});
    }
  }
  return pattern;
}

std::vector<CollectivePattern> in_network(const PatternInputs& in) {
  std::vector<CollectivePattern> ways;
  const auto& inner = in.spread.front();
  const bool has_switches = inner.is_scale_up() && in.levels[inner.level].reduces_in_network &&
                            in.library.in_network_efficiency > 0;
  // Two ranks gain nothing by a switch: 1.5 S against S.
  if (in.kind != AllReduce || in.ranks <= 2) {
    return ways;
  }
  if (has_switches) {
    ways.push_back(tree(in, true));
  }
  const auto reduces = [&](const SpreadLevel& at) {
    return at.is_scale_up() || in.levels[at.level].reduces_in_network;
  };
  if (!in.spread.back().is_scale_up() && std::all_of(in.spread.begin(), in.spread.end(), reduces)) {
    ways.push_back(switched_above(in));
  }
  return ways;
}

/// Reduce-scatter on the inner level, then on the next one with what is left of the buffer, and so
/// on; all-gather the other way round. Every rank has its own share of every level's links.
CollectivePattern hierarchical(const PatternInputs& in) {
  CollectivePattern pattern;
  pattern.is_pipelined = false;
  auto left = in.size;
  for (const auto& at : in.spread) {
    const auto n = static_cast<double>(at.joined());
    pattern.levels.push_back({at.level, passes(in.kind) * (n - 1),
                              passes(in.kind) * (n - 1) / n * left, in.levels[at.level].bandwidth});
    left = left / n;
  }
  return pattern;
}

/// Partners at distance 1, 2, 4, ... exchange a half, a quarter, ... of the buffer, and back for an
/// all-reduce. Ranks beyond a power of two hand theirs to a neighbour first and get it back.
CollectivePattern halving_doubling(const PatternInputs& in) {
  CollectivePattern pattern;
  pattern.is_pipelined = false;
  for (const auto& at : in.spread) {
    pattern.levels.push_back({at.level, 0, Bytes(0), in.levels[at.level].bandwidth});
  }
  const auto power =
      static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(in.ranks)));
  auto exchanged = in.size;
  for (std::int64_t distance = 1; distance < power; distance *= 2) {
    exchanged = exchanged / 2;
    std::size_t k = 0;
    while (k + 1 < in.spread.size() && distance >= in.spread[k].ranks) {
      ++k;
    }
    pattern.levels[k].steps += passes(in.kind);
    pattern.levels[k].sent += passes(in.kind) * exchanged;
  }
  if (power != in.ranks) {
    pattern.levels.back().steps += 2;
    pattern.levels.back().sent += 2 * in.size;
  }
  return pattern;
}

/// Every rank to every other one, or to the next one: all messages at once.
CollectivePattern direct(const PatternInputs& in) {
  CollectivePattern pattern;
  pattern.is_exchange = true;
  const auto& top = in.spread.back();
  if (in.kind == SendReceive) {
    pattern.levels.push_back({top.level, 1, in.size, in.levels[top.level].bandwidth});
    return pattern;
  }
  const auto n = static_cast<double>(in.ranks);
  for (const auto& at : in.spread) {
    const auto inside = static_cast<double>(at.ranks) - 1 + in.library.own_part;
    const auto outside = static_cast<double>(in.ranks - at.ranks_below);
    pattern.levels.push_back({at.level, &at == &top ? 1.0 : 0.0,
                              (at.is_scale_up() ? inside : outside) / n * in.size,
                              in.levels[at.level].all_to_all_bandwidth()});
  }
  return pattern;
}

CollectivePattern exchange_by_level(const PatternInputs& in) {
  auto pattern = direct(in);
  pattern.is_pipelined = false;
  if (in.kind == AllToAll) {
    for (std::size_t k = 0; k < in.spread.size(); ++k) {
      const auto n = static_cast<double>(in.spread[k].joined());
      pattern.levels[k].steps = 1;
      pattern.levels[k].sent = (n - 1) / n * in.size;
    }
  }
  return pattern;
}

}  // namespace

Bytes ring_bytes(CollectiveKind kind, std::int64_t ranks, Bytes size) {
  const auto n = static_cast<double>(ranks);
  return kind == Broadcast ? size : passes(kind) * (n - 1) / n * size;
}

std::vector<CollectivePattern> patterns_of(CollectiveAlgorithm algorithm,
                                           const PatternInputs& inputs) {
  using enum CollectiveAlgorithm;
  if (inputs.kind == AllToAll || inputs.kind == SendReceive) {
    return {algorithm == Hierarchical ? exchange_by_level(inputs) : direct(inputs)};
  }
  const bool is_tree_kind = inputs.kind == AllReduce || inputs.kind == Broadcast;
  switch (algorithm) {
    case Tree:
      return is_tree_kind ? std::vector{tree(inputs, false)} : std::vector<CollectivePattern>{};
    case InNetwork:
      return in_network(inputs);
    case HalvingDoubling:
      return inputs.kind == Broadcast ? std::vector<CollectivePattern>{}
                                      : std::vector{halving_doubling(inputs)};
    case Hierarchical:
      return inputs.kind == Broadcast ? std::vector<CollectivePattern>{}
                                      : std::vector{hierarchical(inputs)};
    default:
      return {ring(inputs)};
  }
}

double level_efficiency(const CollectivePattern& pattern, const LevelTraffic& at,
                        MessageProtocol protocol, const CollectiveLibraryConfig& library) {
  const auto& link = at.level == 0 ? library.scale_up : library.scale_out;
  return protocol == MessageProtocol::Small ? library.small_efficiency
         : at.is_in_switches                ? library.in_network_efficiency
         : pattern.is_exchange              ? link.exchange_efficiency
                                            : link.efficiency;
}

PatternTime pattern_time(const CollectivePattern& pattern, MessageProtocol protocol,
                         const std::vector<NetworkLevel>& levels,
                         const CollectiveLibraryConfig& library) {
  const bool is_small = protocol == MessageProtocol::Small;
  PatternTime time;
  time.latency = pattern.is_exchange ? library.exchange_launch : library.scale_up.launch;
  if (pattern.levels.back().level > 0) {
    time.latency += library.scale_out.launch;
  }
  Seconds filling;
  for (const auto& at : pattern.levels) {
    const auto& link = at.level == 0 ? library.scale_up : library.scale_out;
    // All messages of an exchange are on their way at once, for as long as one takes.
    const auto message = levels[at.level].latency;
    const auto longer = message - link.reference_latency;
    const auto step = is_small ? link.small_step : link.step;
    time.latency +=
        at.steps * (pattern.is_exchange ? message : std::max(Seconds(0), step + longer));
    time.latency += at.is_in_switches ? library.in_network_latency : Seconds(0);
    const auto wire = at.sent / (at.share * level_efficiency(pattern, at, protocol, library));
    const auto fill = is_small ? Seconds(0) : Seconds(std::sqrt(link.fill.si() * wire.si()));
    if (pattern.is_pipelined) {
      time.wire = std::max(time.wire, wire);
      filling = std::max(filling, fill);
    } else {
      time.wire += wire;
      filling += fill;
    }
  }
  time.latency += filling;
  return time;
}

}  // namespace tokenfab
