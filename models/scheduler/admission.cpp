// SPDX-License-Identifier: Apache-2.0
#include "models/scheduler/admission.hpp"

#include <algorithm>
#include <chrono>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

constexpr double default_burst_s = 60;

TokenBucket bucket_of(double rate_per_s, std::optional<double> burst) {
  const double amount = burst.value_or(std::max(rate_per_s * default_burst_s, 1.0));
  return {rate_per_s, static_cast<std::int64_t>(amount)};
}

}  // namespace

std::string_view name_of(AdmissionOutcome outcome) {
  switch (outcome) {
    case AdmissionOutcome::Admitted:
      return "admitted";
    case AdmissionOutcome::QuotaExceeded:
      return "quota_exceeded";
    case AdmissionOutcome::RateLimited:
      return "rate_limited";
    case AdmissionOutcome::ServiceRateLimited:
      return "service_rate_limited";
    case AdmissionOutcome::DeadlineMissed:
      return "deadline_missed";
  }
  CHECK(false, "outcome {}", static_cast<int>(outcome));
}

void AdmissionConfig::describe(Describe<AdmissionConfig>& d) {
  describe_rate_limits(d);
  d.field("deadline", &AdmissionConfig::deadline,
          "Time to first token after which an answer is of no use: such requests are shed")
      .range(1e-6, 1e7);
}

void TokenQuota::take(Instant now, std::int64_t amount) {
  const auto number = period_at(now);
  if (number != number_) {
    number_ = number;
    used_ = 0;
  }
  used_ += amount;
}

std::int64_t TokenQuota::period_at(Instant now) const {
  constexpr Int128 day_ticks = Int128{86'400} * Duration::ticks_per_second;
  const auto day = static_cast<std::int64_t>((start_ + now.since_start()).ticks() / day_ticks);
  if (period_ == QuotaPeriod::Day) {
    return day;
  }
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days{static_cast<int>(day)}}};
  return std::int64_t{12} * int{date.year()} + unsigned{date.month()};
}

Admission::Limits::Limits(const RateLimitConfig& config) {
  if (config.request_rate) {
    const auto& burst = config.request_burst;
    requests = bucket_of(config.request_rate->si(),
                         burst ? std::optional(static_cast<double>(*burst)) : std::nullopt);
  }
  if (config.token_rate) {
    const auto& burst = config.token_burst;
    tokens = bucket_of(config.token_rate->si(), burst ? std::optional(burst->si()) : std::nullopt);
  }
}

bool Admission::Limits::hold(Instant now, std::int64_t input_tokens) const {
  return (!requests || requests->holds(now, 1)) && (!tokens || tokens->holds(now, input_tokens));
}

void Admission::Limits::take(Instant now, std::int64_t request_count, std::int64_t token_count) {
  if (requests) {
    requests->take(now, request_count);
  }
  if (tokens) {
    tokens->take(now, token_count);
  }
}

Admission::Admission(const AdmissionConfig& service,
                     const std::map<std::string, TenantConfig>& tenants, Duration start)
    : service_(service) {
  if (service.deadline) {
    deadline_ = Duration::from_seconds(service.deadline->si());
  }
  for (const auto& [name, config] : tenants) {
    auto& tenant = tenants_.emplace_back(Tenant{name, config, Limits(config), std::nullopt});
    if (config.token_quota) {
      tenant.quota.emplace(static_cast<std::int64_t>(config.token_quota->si()), config.quota_period,
                           start);
    }
  }
}

Admission::TenantNumber Admission::number_of(std::string_view tenant) const {
  const auto place =
      std::lower_bound(tenants_.begin(), tenants_.end(), tenant,
                       [](const Tenant& a, std::string_view name) { return a.name < name; });
  if (place == tenants_.end() || place->name != tenant) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(place - tenants_.begin());
}

const TenantConfig* Admission::agreement(TenantNumber tenant) const {
  return tenant ? &tenants_[*tenant].config : nullptr;
}

AdmissionOutcome Admission::admit(Instant now, TenantNumber tenant, std::uint32_t input_tokens,
                                  std::optional<Duration> predicted_ttft) {
  auto* agreed = tenant ? &tenants_[*tenant] : nullptr;
  if (agreed != nullptr && agreed->quota && !agreed->quota->holds(now, input_tokens)) {
    return AdmissionOutcome::QuotaExceeded;
  }
  if (agreed != nullptr && !agreed->limits.hold(now, input_tokens)) {
    return AdmissionOutcome::RateLimited;
  }
  if (!service_.hold(now, input_tokens)) {
    return AdmissionOutcome::ServiceRateLimited;
  }
  if (deadline_ && predicted_ttft && *predicted_ttft > *deadline_) {
    return AdmissionOutcome::DeadlineMissed;
  }
  service_.take(now, 1, input_tokens);
  if (agreed != nullptr) {
    agreed->limits.take(now, 1, input_tokens);
    if (agreed->quota) {
      agreed->quota->take(now, input_tokens);
    }
  }
  return AdmissionOutcome::Admitted;
}

void Admission::answered(Instant now, TenantNumber tenant, std::uint64_t output_tokens) {
  const auto tokens = static_cast<std::int64_t>(output_tokens);
  service_.take(now, 0, tokens);
  if (tenant) {
    auto& agreed = tenants_[*tenant];
    agreed.limits.take(now, 0, tokens);
    if (agreed.quota) {
      agreed.quota->take(now, tokens);
    }
  }
}

}  // namespace tokenfab
