// SPDX-License-Identifier: Apache-2.0
// Admission: whether a request may enter at all. In this order: the tenant's token quota, the
// tenant's rates, the service's rates, and whether the answer would come too late to be of use.
// Output lengths are not known at arrival, so they are charged when the answer is out, and may then
// exceed a rate or a quota; later requests make up for it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/scheduler/tenant.hpp"
#include "models/scheduler/token_bucket.hpp"

namespace tokenfab {

enum class AdmissionOutcome {
  Admitted,
  QuotaExceeded,       // the tenant's tokens of this period are used up
  RateLimited,         // the tenant sends too fast
  ServiceRateLimited,  // all tenants together send too fast
  DeadlineMissed       // shed: the first token would come after the deadline
};

/// The outcome in a report: "admitted", "quota_exceeded", ...
std::string_view name_of(AdmissionOutcome outcome);

/// Limits of a service over all its tenants.
struct AdmissionConfig : RateLimitConfig {
  std::optional<Seconds> deadline;
  static void describe(Describe<AdmissionConfig>& d);
};

/// Tokens used in the present period.
class TokenQuota {
 public:
  /// `start` is the local date 0 of the simulation, since the beginning of 1970.
  TokenQuota(std::int64_t tokens, QuotaPeriod period, Duration start)
      : tokens_(tokens), period_(period), start_(start) {}

  bool holds(Instant now, std::int64_t amount) const {
    return (period_at(now) == number_ ? used_ : 0) + amount <= tokens_;
  }
  void take(Instant now, std::int64_t amount);

 private:
  std::int64_t period_at(Instant now) const;

  std::int64_t tokens_;
  QuotaPeriod period_;
  Duration start_;
  std::int64_t number_ = 0;  // of the period that used_ belongs to
  std::int64_t used_ = 0;
};

class Admission {
 public:
  /// A tenant's place in the map, in order of names; none for one that has no agreement.
  using TenantNumber = std::optional<std::uint32_t>;

  /// `start`: see TokenQuota.
  Admission(const AdmissionConfig& service, const std::map<std::string, TenantConfig>& tenants,
            Duration start);

  TenantNumber number_of(std::string_view tenant) const;
  /// Null for a tenant that has no agreement.
  const TenantConfig* agreement(TenantNumber tenant) const;

  /// Decides at arrival, and charges an admitted request. `predicted_ttft`, where the caller has
  /// one, is held against the deadline. Dates never decrease.
  AdmissionOutcome admit(Instant now, TenantNumber tenant, std::uint32_t input_tokens,
                         std::optional<Duration> predicted_ttft = std::nullopt);
  /// An admitted request has ended with so many output tokens.
  void answered(Instant now, TenantNumber tenant, std::uint64_t output_tokens);

  /// Whether a request without first token is of no use any more.
  bool is_overdue(Instant arrival, Instant now) const {
    return deadline_ && now - arrival > *deadline_;
  }

 private:
  /// Buckets for requests and tokens, as far as there are limits.
  struct Limits {
    std::optional<TokenBucket> requests;
    std::optional<TokenBucket> tokens;

    explicit Limits(const RateLimitConfig& config);
    bool hold(Instant now, std::int64_t input_tokens) const;
    void take(Instant now, std::int64_t request_count, std::int64_t token_count);
  };
  struct Tenant {
    std::string name;
    TenantConfig config;
    Limits limits;
    std::optional<TokenQuota> quota;
  };

  std::vector<Tenant> tenants_;  // in order of names
  Limits service_;
  std::optional<Duration> deadline_;
};

}  // namespace tokenfab
