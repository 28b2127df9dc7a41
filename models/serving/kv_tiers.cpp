// SPDX-License-Identifier: Apache-2.0
#include "models/serving/kv_tiers.hpp"

#include <algorithm>
#include <utility>

namespace tokenfab {

void KvTierConfig::describe(Describe<KvTierConfig>& d) {
  using C = KvTierConfig;
  d.field("capacity", &C::capacity, "Bytes of KV cache it holds").required().range(0, 1e21);
  d.field("bandwidth", &C::bandwidth, "Of loads from it, all together").required().range(1e3, 1e16);
  d.field("latency", &C::latency, "Before the first byte of a load")
      .range(0, 100)
      .source("Estimate: a copy from host memory starts after some 20 us");
  d.choice("scope", &C::scope, {"replica", "service"},
           "Who shares the store: each replica has its own, or the whole service has one");
}

KvTier::KvTier(std::string name, const KvTierConfig& config, std::uint32_t block_size,
               Bytes per_token)
    : name_(std::move(name)),
      capacity_blocks_(static_cast<std::uint64_t>(config.capacity / (per_token * block_size))),
      seconds_per_token_((per_token / config.bandwidth).si()),
      latency_(Duration::from_seconds(config.latency.si())),
      cache_(block_size) {}

Instant KvTier::load_end(Instant now, std::uint32_t tokens) const {
  return std::max(now, free_) + latency_ + Duration::from_seconds(seconds_per_token_ * tokens);
}

Instant KvTier::load(Instant now, std::uint32_t tokens) {
  free_ = load_end(now, tokens);
  return free_;
}

void KvTier::store(std::span<const PromptSpan> prompt, std::uint32_t tokens) {
  cache_.lease(prompt, cache_.match(prompt), lease_);
  cache_.extend(prompt, tokens, lease_);
  cache_.release(lease_);
  cache_.trim(capacity_blocks_);
}

std::optional<KvTiers::Fetch> KvTiers::fetch(
    std::span<const PromptSpan> prompt, std::uint32_t cached, std::uint32_t most, Instant now,
    const std::function<Duration(std::uint32_t, std::uint32_t)>& compute) {
  struct Part {
    KvTier* tier;
    std::uint32_t from;
    std::uint32_t to;
  };
  std::vector<Part> parts;  // of the longest fetch: each store adds what the faster ones lack
  auto reached = cached;
  for (auto* tier : tiers_) {
    const auto held = std::min(tier->match(prompt), most);
    if (held > reached) {
      parts.push_back({tier, reached, held});
      reached = held;
    }
  }
  // Loads of different stores run side by side; what they do not bring is computed.
  std::size_t best = 0;
  auto end = now;
  auto best_end = parts.empty() ? now : now + compute(cached, reached);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    end = std::max(end, parts[i].tier->load_end(now, parts[i].to - parts[i].from));
    const auto rest = parts[i].to < reached ? compute(parts[i].to, reached) : Duration();
    if (end + rest < best_end) {
      best_end = end + rest;
      best = i + 1;
    }
  }
  if (best == 0) {
    return std::nullopt;
  }
  Fetch fetch{cached, parts[best - 1].to, now, {}};
  for (std::size_t i = 0; i < best; ++i) {
    const auto tokens = parts[i].to - parts[i].from;
    fetch.end = std::max(fetch.end, parts[i].tier->load(now, tokens));
    fetch.parts.emplace_back(parts[i].tier, tokens);
  }
  return fetch;
}

void KvTiers::store(std::span<const PromptSpan> prompt, std::uint32_t tokens) {
  for (auto* tier : tiers_) {
    tier->store(prompt, tokens);
  }
}

}  // namespace tokenfab
