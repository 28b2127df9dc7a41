// SPDX-License-Identifier: Apache-2.0
// What an operator agrees with a tenant: where its requests may run, how fast they may come, how
// many tokens it may use, and its share against others.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/api/field.hpp"

namespace tokenfab {

/// Limits on a stream of requests. A burst is the most that is taken at once after a pause; without
/// one it is a minute's worth, at least 1. Tokens: input tokens when a request comes, output tokens
/// once they are known.
/// Source: Anthropic API documentation, "Rate limits" (2025): requests and tokens per minute,
/// enforced by token buckets that are refilled continuously.
struct RateLimitConfig {
  std::optional<PerSecond> request_rate;
  std::optional<std::int64_t> request_burst;
  std::optional<TokensPerSecond> token_rate;
  std::optional<Tokens> token_burst;
};

/// Declares the limits among the fields of a configuration C that is a RateLimitConfig.
template <class C>
void describe_rate_limits(Describe<C>& d) {
  d.field("request_rate", static_cast<std::optional<PerSecond> C::*>(&C::request_rate),
          "Requests per second, as a mean")
      .range(1e-9, 1e9);
  d.field("request_burst", static_cast<std::optional<std::int64_t> C::*>(&C::request_burst),
          "Requests at once after a pause; a minute's worth if absent")
      .range(1, 1e12);
  d.field("token_rate", static_cast<std::optional<TokensPerSecond> C::*>(&C::token_rate),
          "Input and output tokens per second, as a mean")
      .range(1e-6, 1e12);
  d.field("token_burst", static_cast<std::optional<Tokens> C::*>(&C::token_burst),
          "Tokens at once after a pause; a minute's worth if absent. A longer prompt never passes")
      .range(1, 1e15);
}

enum class QuotaPeriod {
  Day,   // from midnight to midnight, local time
  Month  // calendar months, local time
};

struct TenantConfig : RateLimitConfig {
  std::vector<std::string> allowed_sites;
  std::vector<std::string> allowed_countries;
  std::optional<Tokens> token_quota;
  QuotaPeriod quota_period = QuotaPeriod::Day;
  std::optional<std::int64_t> priority;
  double weight = 1;

  /// Whether its requests may run there. An empty list allows everything; both must allow it.
  bool may_run_at(std::string_view site, std::string_view country) const;

  static void describe(Describe<TenantConfig>& d);
};

/// What does not fit together in fields that are each in range; one sentence each.
std::vector<std::string> contradictions(const RateLimitConfig& config);
std::vector<std::string> contradictions(const TenantConfig& config);

}  // namespace tokenfab
