// SPDX-License-Identifier: Apache-2.0
// Admission: buckets against a naive one, quotas over calendar periods, reasons told apart.
#include "models/scheduler/admission.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "sim/core/random.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

Instant at(double seconds) { return Instant(Duration::from_seconds(seconds)); }

constexpr double day_s = 86'400;

/// 2024-02-28 00:00 is 19,781 days after 1970-01-01; 2024 is a leap year.
const Duration leap_february = Duration::from_seconds(19'781 * day_s);

Admission admission_of(const TenantConfig& tenant, const AdmissionConfig& service = {}) {
  return {service, {{"acme", tenant}}, leap_february};
}

}  // namespace

// 2 per second, a burst of 3: full at 0, empty after three, one back every half second.
TEST_CASE("token bucket: legal on the tick that fills a unit, illegal one tick before") {
  TokenBucket bucket(2, 3);
  REQUIRE(bucket.holds(at(0), 3));
  REQUIRE_FALSE(bucket.holds(at(0), 4));
  bucket.take(at(0), 3);
  const auto tick = Duration::from_ticks(1);
  REQUIRE_FALSE(bucket.holds(at(0.5) - tick, 1));
  REQUIRE(bucket.holds(at(0.5), 1));
  REQUIRE_FALSE(bucket.holds(at(1.5) - tick, 3));
  REQUIRE(bucket.holds(at(1.5), 3));
  REQUIRE_FALSE(bucket.holds(at(1000), 4));  // never more than the burst
}

TEST_CASE("token bucket: a debt is filled before anything is held") {
  TokenBucket bucket(10, 10);
  bucket.take(at(0), 30);
  REQUIRE_FALSE(bucket.holds(at(2), 1));
  REQUIRE(bucket.holds(at(2.1), 1));
  REQUIRE(bucket.holds(at(3), 10));
}

TEST_CASE("token bucket: equals a naive one in ticks, whenever either is looked at") {
  RandomStream random(1, 0, "bucket", "test");
  for (int round = 0; round < 100; ++round) {
    const double rate = 1 + 99 * random.uniform();
    const auto burst = static_cast<std::int64_t>(1 + random.next_u64() % 50);
    TokenBucket bucket(rate, burst);
    TokenBucket looked_at(rate, burst);
    const Duration unit = Duration::from_seconds(1 / rate);
    Duration level = unit * burst;
    Instant now;
    for (int i = 0; i < 200; ++i) {
      const auto gap = Duration::from_seconds(random.standard_exponential() * 5 / rate);
      const auto half = gap / 2;
      looked_at.holds(now + half, 1);
      looked_at.take(now + half, 0);
      level = std::min(level + half, unit * burst);
      level = std::min(level + (gap - half), unit * burst);
      now += gap;
      const auto amount = static_cast<std::int64_t>(1 + random.next_u64() % 10);
      const bool expected = unit * amount <= level;
      REQUIRE(bucket.holds(now, amount) == expected);
      REQUIRE(looked_at.holds(now, amount) == expected);
      if (expected || i % 17 == 0) {
        bucket.take(now, amount);
        looked_at.take(now, amount);
        level -= unit * amount;
      }
    }
  }
}

TEST_CASE("admission: a tenant's request rate, a minute's worth at once") {
  TenantConfig tenant;
  tenant.request_rate = PerSecond(0.05);  // 3 per minute
  auto admission = admission_of(tenant);
  const auto acme = admission.number_of("acme");
  REQUIRE(acme == 0U);
  for (int i = 0; i < 3; ++i) {
    REQUIRE(admission.admit(at(0), acme, 100) == AdmissionOutcome::Admitted);
  }
  REQUIRE(admission.admit(at(19.9), acme, 100) == AdmissionOutcome::RateLimited);
  REQUIRE(admission.admit(at(20), acme, 100) == AdmissionOutcome::Admitted);
  REQUIRE(admission.admit(at(20), acme, 100) == AdmissionOutcome::RateLimited);
  // Others are not bound by it.
  REQUIRE_FALSE(admission.number_of("other").has_value());
  REQUIRE(admission.admit(at(20), std::nullopt, 100) == AdmissionOutcome::Admitted);
}

TEST_CASE("admission: output tokens count once they are out") {
  TenantConfig tenant;
  tenant.token_rate = TokensPerSecond(10);
  tenant.token_burst = Tokens(100);
  auto admission = admission_of(tenant);
  const auto acme = admission.number_of("acme");
  REQUIRE(admission.admit(at(0), acme, 101) == AdmissionOutcome::RateLimited);
  REQUIRE(admission.admit(at(0), acme, 60) == AdmissionOutcome::Admitted);
  admission.answered(at(1), acme, 100);  // level 40 + 10 - 100 = -50
  REQUIRE(admission.admit(at(6.9), acme, 10) == AdmissionOutcome::RateLimited);
  REQUIRE(admission.admit(at(7), acme, 10) == AdmissionOutcome::Admitted);
}

TEST_CASE("admission: a refused request costs nothing") {
  TenantConfig tenant;
  tenant.request_rate = PerSecond(1);
  tenant.request_burst = 1;
  tenant.token_quota = Tokens(100);
  AdmissionConfig service;
  service.token_rate = TokensPerSecond(1);
  service.token_burst = Tokens(50);
  auto admission = admission_of(tenant, service);
  const auto acme = admission.number_of("acme");
  for (int i = 0; i < 20; ++i) {
    REQUIRE(admission.admit(at(0), acme, 101) == AdmissionOutcome::QuotaExceeded);
    REQUIRE(admission.admit(at(0), acme, 51) == AdmissionOutcome::ServiceRateLimited);
  }
  REQUIRE(admission.admit(at(0), acme, 50) == AdmissionOutcome::Admitted);
  REQUIRE(admission.admit(at(0), acme, 1) == AdmissionOutcome::RateLimited);
  REQUIRE(admission.admit(at(1), acme, 2) == AdmissionOutcome::ServiceRateLimited);
}

TEST_CASE("admission: a daily quota starts again at local midnight") {
  TenantConfig tenant;
  tenant.token_quota = Tokens(1000);
  Admission admission({}, {{"acme", tenant}},
                      leap_february + Duration::from_seconds(18 * 3600));  // date 0 is 18:00
  const auto acme = admission.number_of("acme");
  REQUIRE(admission.admit(at(0), acme, 700) == AdmissionOutcome::Admitted);
  admission.answered(at(100), acme, 250);
  REQUIRE(admission.admit(at(200), acme, 51) == AdmissionOutcome::QuotaExceeded);
  REQUIRE(admission.admit(at(200), acme, 50) == AdmissionOutcome::Admitted);
  REQUIRE(admission.admit(at(6 * 3600 - 0.001), acme, 1) == AdmissionOutcome::QuotaExceeded);
  REQUIRE(admission.admit(at(6 * 3600), acme, 1000) == AdmissionOutcome::Admitted);
}

TEST_CASE("admission: a monthly quota follows the calendar, leap years too") {
  TenantConfig tenant;
  tenant.token_quota = Tokens(10);
  tenant.quota_period = QuotaPeriod::Month;
  auto admission = admission_of(tenant);
  const auto acme = admission.number_of("acme");
  REQUIRE(admission.admit(at(0), acme, 10) == AdmissionOutcome::Admitted);
  const auto admitted = [&](double day) {
    return admission.admit(at(day * day_s), acme, 10) == AdmissionOutcome::Admitted;
  };
  REQUIRE_FALSE(admitted(1.5));   // the 29th
  REQUIRE(admitted(2));           // March
  REQUIRE_FALSE(admitted(32.9));  // the 31st
  REQUIRE(admitted(33));          // April
  REQUIRE(admitted(33 + 275));    // January of the next year: 30+31+30+31+31+30+31+30+31
}

TEST_CASE("admission: sheds what would miss the deadline") {
  AdmissionConfig service;
  service.deadline = Seconds(2);
  auto admission = admission_of({}, service);
  const auto shed = [&](double ttft_s) {
    return admission.admit(at(0), std::nullopt, 100, Duration::from_seconds(ttft_s)) ==
           AdmissionOutcome::DeadlineMissed;
  };
  REQUIRE_FALSE(shed(2));
  REQUIRE(shed(2.001));
  REQUIRE(admission.admit(at(0), std::nullopt, 100) == AdmissionOutcome::Admitted);
  REQUIRE_FALSE(admission.is_overdue(at(1), at(3)));
  REQUIRE(admission.is_overdue(at(1), at(3.001)));
}

TEST_CASE("admission: outcomes have names of their own") {
  std::map<std::string_view, int> names;
  for (int i = 0; i <= static_cast<int>(AdmissionOutcome::DeadlineMissed); ++i) {
    ++names[name_of(static_cast<AdmissionOutcome>(i))];
  }
  REQUIRE(names.size() == 5);
}

TEST_CASE("tenant: where its requests may run") {
  TenantConfig tenant;
  REQUIRE(tenant.may_run_at("guian", "CN"));
  tenant.allowed_countries = {"DE", "FR"};
  REQUIRE(tenant.may_run_at("lyon", "FR"));
  REQUIRE_FALSE(tenant.may_run_at("guian", "CN"));
  tenant.allowed_sites = {"berlin"};
  REQUIRE(tenant.may_run_at("berlin", "DE"));
  REQUIRE_FALSE(tenant.may_run_at("lyon", "FR"));
}

TEST_CASE("tenant: every contradiction is found") {
  TenantConfig tenant;
  REQUIRE(contradictions(tenant).empty());
  tenant.request_burst = 3;
  tenant.token_burst = Tokens(100);
  tenant.allowed_countries = {"DE", "de", "Germany", "DE"};
  tenant.allowed_sites = {"a", "b", "a"};
  const auto found = contradictions(tenant);
  REQUIRE(found.size() == 6);
  REQUIRE(found[0] == "request_burst limits nothing without request_rate");
  REQUIRE(found[1] == "token_burst limits nothing without token_rate");
  REQUIRE(found[2] == "allowed_sites: \"a\" is named twice");
  REQUIRE(found[3] == "allowed_countries: \"DE\" is named twice");
  REQUIRE(found[4].find("\"de\"") != std::string::npos);
  REQUIRE(found[5].find("\"Germany\"") != std::string::npos);
}
