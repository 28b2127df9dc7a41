// SPDX-License-Identifier: Apache-2.0
#include "models/energy/battery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sim/core/unit_factors.hpp"
#include "sim/core/unit_parser.hpp"

namespace tokenfab {
namespace {

constexpr double day_s = 86400;

}  // namespace

void BatteryConfig::describe(Describe<BatteryConfig>& d) {
  using C = BatteryConfig;
  constexpr auto reopt = "REopt (NREL): inverter 0.96 each way, cells 0.975";
  constexpr auto fade = "REopt (NREL), battery degradation";
  d.field("capacity", &C::capacity, "Energy the cells hold when new").required().range(1, 1e16);
  d.field("power", &C::power, "Most it takes or gives, at its terminals").required().range(1, 1e12);
  d.field("inverter", &C::inverter, "Rating of its inverter; power if absent").range(1, 1e12);
  d.field("c_rate", &C::c_rate, "Most the cells can take or give, in capacities per hour")
      .range(1e-3, 100)
      .source("Estimate: 1, lithium iron phosphate for grid storage");
  d.field("round_trip_efficiency", &C::round_trip_efficiency, "Out over in, at its terminals")
      .range(0.01, 1)
      .source(reopt);
  d.field("soc_min", &C::soc_min, "Share of the capacity it is never emptied below")
      .range(0, 1)
      .source("REopt (NREL): 0.2");
  d.field("soc_max", &C::soc_max, "Share of the capacity it is never filled beyond").range(0, 1);
  d.field("soc_initial", &C::soc_initial, "Charge at the start")
      .range(0, 1)
      .source("REopt (NREL): 0.5");
  d.field("backs_up", &C::backs_up, "Whether it can feed the site while the grid is away");
  d.field("calendar_fade", &C::calendar_fade, "Capacity lost by age at full charge, at one day")
      .range(0, 1)
      .source(fade);
  d.field("cycle_fade", &C::cycle_fade, "Capacity lost per full equivalent cycle")
      .range(0, 1)
      .source(fade);
  d.field("fade_exponent", &C::fade_exponent, "Of time in days, for the loss by age")
      .range(0.1, 1)
      .source(fade);
  d.field("price", &C::price, "Price of the system per capacity")
      .range(0, 1e-2)
      .source("Turnkey systems outside China and the US, 125 USD/kWh (press, 2025-12)");
  d.field("life", &C::life, "Years over which it is paid back")
      .range(3e6, 3e9)
      .source("Estimate: 15 years");
  d.field("maintenance", &C::maintenance, "Operation a year as a share of the price")
      .range(0, 1)
      .source("REopt (NREL): 2.5 %");
}

Battery::Battery(const BatteryConfig& config)
    : config_(config),
      one_way_(std::sqrt(config.round_trip_efficiency)),
      capacity_(config.capacity),
      charge_(config.soc_initial * config.capacity) {
  std::string problems;
  const auto add = [&problems](const std::string& text) {
    problems += (problems.empty() ? "" : "; ") + text;
  };
  if (config.inverter && config.power > *config.inverter) {
    add(fmt::format("power {} is above the inverter's {}; nearest: power {}",
                    readable(config.power), readable(*config.inverter),
                    readable(*config.inverter)));
  }
  const Watts cells = config.capacity * config.c_rate / Seconds(seconds_per_hour);
  if (config.power > cells * (1 + 1e-9)) {
    add(
        fmt::format("power {} is more than the cells give, capacity x c_rate {:g} = {}; nearest: "
                    "power {} or capacity {:.6g} kWh",
                    readable(config.power), config.c_rate, readable(cells), readable(cells),
                    config.power.si() / config.c_rate / 1e3));
  }
  if (config.soc_min >= config.soc_max) {
    add(fmt::format("soc_min {:g} is not below soc_max {:g}; nearest: soc_min 0", config.soc_min,
                    config.soc_max));
  } else if (config.soc_initial < config.soc_min || config.soc_initial > config.soc_max) {
    add(fmt::format("soc_initial {:g} is outside soc_min {:g} to soc_max {:g}; nearest: {:g}",
                    config.soc_initial, config.soc_min, config.soc_max,
                    std::clamp(config.soc_initial, config.soc_min, config.soc_max)));
  }
  if (!problems.empty()) {
    throw std::invalid_argument("battery: " + problems);
  }
}

std::optional<Duration> Battery::time_to_limit(Watts terminal) const {
  if (terminal == Watts(0)) {
    return std::nullopt;
  }
  const Seconds span = terminal > Watts(0) ? (charge_ - charge_min()) / (terminal / one_way_)
                                           : (charge_max() - charge_) / (-terminal * one_way_);
  // At least a tick, so that whoever waits for it gets there.
  return std::max(Duration::from_ticks(1), Duration::from_seconds(std::max(0.0, span.si())));
}

double Battery::fade_power(double days) {
  if (days != cached_days_) {
    cached_days_ = days;
    cached_power_ = std::pow(days, config_.fade_exponent);
  }
  return cached_power_;
}

Battery::Flow Battery::advance(Instant from, Duration span, Watts terminal) {
  const Seconds seconds(span.seconds());
  const Joules given = terminal * seconds;
  const Joules before = charge_;
  // A limit is met to the rounding of a tick: landing on it is landing in it.
  const Joules ideal = before - (given > Joules(0) ? given / one_way_ : given * one_way_);
  const Joules slack = 1e-12 * config_.capacity;
  charge_ = ideal;
  if (given < Joules(0) && ideal > charge_max() - slack) {
    charge_ = charge_max();
  } else if (given > Joules(0) && ideal < charge_min() + slack) {
    charge_ = charge_min();
  }
  const Joules stored = charge_ - before;
  throughput_ += stored < Joules(0) ? -stored : stored;
  // Integral of charge/capacity over d(t^a), by parts; charge is linear in t.
  const double a = config_.fade_exponent;
  const double start = from.seconds() / day_s;
  const double end = (from + span).seconds() / day_s;
  const double low = fade_power(start);
  const double high = fade_power(end);
  const double share0 = before / config_.capacity;
  const double share1 = charge_ / config_.capacity;
  double aged = share0 * (high - low);
  if (share1 != share0 && end > start) {
    const double mean = (end * high - start * low) / (a + 1) / (end - start);
    aged += (share1 - share0) * (high - mean);
  }
  const double cycles = (stored < Joules(0) ? -stored : stored) / (2 * config_.capacity);
  health_ = std::max(0.0, health_ - config_.calendar_fade * aged - config_.cycle_fade * cycles);
  return {stored, -given - stored};
}

Instant Battery::ageing_date(Instant after) {
  const Int128 day = Int128{86400} * Duration::ticks_per_second;
  const Int128 days = after.since_start().ticks() / day;
  return Instant(Duration::from_ticks((days + 1) * day));
}

Battery::Flow Battery::age() {
  capacity_ = health_ * config_.capacity;
  const Joules excess = charge_ - charge_max();
  if (excess <= Joules(0)) {
    return {};
  }
  charge_ = charge_max();
  return {-excess, excess};
}

EnergyAsset Battery::asset() const {
  const Dollars price = config_.capacity * config_.price;
  return {"battery", price, config_.life, price * config_.maintenance / asset_year};
}

}  // namespace tokenfab
