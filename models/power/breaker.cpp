// SPDX-License-Identifier: Apache-2.0
#include "models/power/breaker.hpp"

#include <fmt/format.h>

namespace tokenfab {

namespace {
constexpr double delay_multiple = 6;  // of the rating, at which the delay is stated
}

void BreakerConfig::describe(Describe<BreakerConfig>& d) {
  using C = BreakerConfig;
  d.field("rating", &C::rating, "Load it carries for good; absent: the design load of its place")
      .range(1, 1e12);
  d.field("pickup", &C::pickup, "Share of the rating above which it trips in the end")
      .range(1, 1.3)
      .source(
          "Estimate: the middle of 1.05 (no trip in 2 h) and 1.20 of electronic releases; "
          "IEC 60947-2 allows up to 1.30");
  d.field("long_time_delay", &C::long_time_delay, "Time to trip at six times the rating")
      .range(0.1, 600)
      .source("Schneider Electric FAQ FA165712: Micrologic 2 of ComPacT NSX, 16 s at 6 Ir");
  d.field("instantaneous", &C::instantaneous, "Multiple of the rating at which it opens at once")
      .range(1.5, 50)
      .source("Estimate: magnetic releases are commonly set to ten times the rating");
}

std::vector<std::string> contradictions(const BreakerConfig& config, const std::string& role) {
  if (config.pickup < delay_multiple && config.pickup < config.instantaneous) {
    return {};
  }
  return {fmt::format("{}: pickup {} is not below instantaneous {}: lower pickup", role,
                      config.pickup, config.instantaneous)};
}

Breaker::Breaker(const BreakerConfig& config, Watts design)
    : rating_(config.rating.value_or(std::max(design, Watts(1)))),
      pickup_(config.pickup * rating_),
      instantaneous_(config.instantaneous * rating_),
      trip_heat_s_(config.long_time_delay.si() * rise(delay_multiple * rating_)) {}

}  // namespace tokenfab
