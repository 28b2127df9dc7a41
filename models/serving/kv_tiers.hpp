// SPDX-License-Identifier: Apache-2.0
// Stores of KV blocks below the chips' memory: host DRAM, SSD, a remote store. Every prompt that
// has been computed is written through to all of them; each forgets the least recently used. A
// request may fetch what they hold and the chips do not, and does where that is faster than
// computing it anew.
//
// Source of the mechanism: LMCache (Liu et al., arXiv:2510.09665) and Mooncake Store (Qin et al.,
// FAST '25): hierarchical caches with asynchronous writes and loads before the prefill.
// Left out: the bandwidth of writes, loads overlapped layer by layer with the prefill, loads cut
// into pieces to share a channel.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/serving/prefix_cache.hpp"
#include "sim/api/field.hpp"
#include "sim/core/instant.hpp"

namespace tokenfab {

enum class TierScope { Replica, Service };

struct KvTierConfig {
  Bytes capacity;
  BytesPerSecond bandwidth;
  Seconds latency{20e-6};
  TierScope scope = TierScope::Replica;
  static void describe(Describe<KvTierConfig>& d);
};

/// One store with one channel, which serves its loads in order.
class KvTier {
 public:
  KvTier(std::string name, const KvTierConfig& config, std::uint32_t block_size, Bytes per_token);

  const std::string& name() const { return name_; }
  std::uint32_t match(std::span<const PromptSpan> prompt) const { return cache_.match(prompt); }
  /// When a load of so many tokens that begins now ends, after those before it.
  Instant load_end(Instant now, std::uint32_t tokens) const;
  /// Begins the load.
  Instant load(Instant now, std::uint32_t tokens);
  /// The first `tokens` of the prompt have been computed or used (they may exceed it: then the
  /// answer continues it).
  void store(std::span<const PromptSpan> prompt, std::uint32_t tokens);

 private:
  std::string name_;
  std::uint64_t capacity_blocks_;
  double seconds_per_token_;
  Duration latency_;
  PrefixCache cache_;
  PrefixLease lease_;
  Instant free_;
};

/// The stores that one replica reaches, fastest first.
class KvTiers {
 public:
  explicit KvTiers(std::vector<KvTier*> tiers) : tiers_(std::move(tiers)) {}

  struct Fetch {
    std::uint32_t from = 0;  // tokens [from, to) of the prompt come from below
    std::uint32_t to = 0;
    Instant end;
    std::vector<std::pair<const KvTier*, std::uint32_t>> parts;  // tokens by store
  };
  /// Begins the cheapest fetch of what lies beyond the `cached` tokens and at most to `most`, if it
  /// is cheaper than computing. `compute(from, to)` says how long the replica would compute.
  std::optional<Fetch> fetch(
      std::span<const PromptSpan> prompt, std::uint32_t cached, std::uint32_t most, Instant now,
      const std::function<Duration(std::uint32_t from, std::uint32_t to)>& compute);
  void store(std::span<const PromptSpan> prompt, std::uint32_t tokens);

 private:
  std::vector<KvTier*> tiers_;
};

}  // namespace tokenfab
