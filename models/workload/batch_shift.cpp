// SPDX-License-Identifier: Apache-2.0
#include "models/workload/batch_shift.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tokenfab {
namespace {

constexpr Duration hour = Duration::from_ticks(Int128{3600} * Duration::ticks_per_second);
constexpr std::int64_t day_h = 24;
// With ever better hours ahead none would be good: after a year of waiting any hour is.
constexpr std::int64_t most_waiting_h = 8784;

}  // namespace

void BatchShiftConfig::describe(Describe<BatchShiftConfig>& d) {
  using C = BatchShiftConfig;
  d.choice("signal", &C::signal, {"price", "carbon"}, "What makes an hour good");
  d.field("hours", &C::hours, "How many of the next 24 hours are good; not with a threshold")
      .range(1, 24);
  d.field("price_below", &C::price_below, "Hours at or below this price are good")
      .range(-1e-5, 1e-4);
  d.field("carbon_below", &C::carbon_below, "Hours at or below this intensity are good")
      .range(0, 1e-5);
  d.field("duration", &C::duration, "Time that the whole batch needs if nothing holds it back")
      .required()
      .range(1, 1e9);
  d.field("reserve", &C::reserve, "Extra time before the deadline, as a share of the time needed")
      .range(0, 10)
      .source("Estimate: runs beside other load are slower than runs alone");
}

BatchShift::BatchShift(const BatchShiftConfig& config, Seconds start,
                       std::optional<Seconds> deadline)
    : config_(config) {
  const bool is_price = config.signal == ShiftSignal::Price;
  if (is_price ? config.carbon_below.has_value() : config.price_below.has_value()) {
    throw std::invalid_argument(fmt::format(
        "shift: signal \"{}\" with {}; use {}", is_price ? "price" : "carbon",
        is_price ? "carbon_below" : "price_below", is_price ? "price_below" : "carbon_below"));
  }
  if (config.price_below) {
    threshold_ = config.price_below->si();
  } else if (config.carbon_below) {
    threshold_ = config.carbon_below->si();
  }
  if (threshold_ && !deadline) {
    throw std::invalid_argument(
        "shift: a threshold may never be reached; give the batch a deadline, or hours instead");
  }
  if (deadline) {
    if (start + config.duration > *deadline) {
      throw std::invalid_argument(
          fmt::format("shift: a batch of {} s that starts at {} s ends after its deadline ({} s)",
                      config.duration.si(), start.si(), deadline->si()));
    }
    deadline_ = Instant(Duration::from_seconds(deadline->si()));
  }
}

void BatchShift::open(std::function<double(Instant)> signal, Duration time_of_day) {
  if (!signal) {
    throw std::invalid_argument(
        fmt::format("shift: the service's site tells no {}",
                    config_.signal == ShiftSignal::Price ? "energy price" : "carbon intensity"));
  }
  signal_ = std::move(signal);
  time_of_day_ = time_of_day;
}

Instant BatchShift::begin_of(std::int64_t number) const {
  return Instant(number * hour - time_of_day_);
}

bool BatchShift::is_good(std::int64_t number) {
  const auto [known, is_new] = known_.try_emplace(number, false);
  if (!is_new) {
    return known->second;
  }
  // Hours before date 0 are asked for at date 0.
  const auto value_of = [&](std::int64_t i) { return signal_(std::max(begin_of(i), Instant())); };
  const double value = value_of(number);
  if (threshold_) {
    known->second = value <= *threshold_;
  } else {
    int better = 0;
    for (std::int64_t i = 1; i < day_h; ++i) {
      better += value_of(number + i) < value ? 1 : 0;
    }
    known->second = better < config_.hours;
  }
  return known->second;
}

Instant BatchShift::release(Instant date, Seconds needed) {
  const auto since_midnight = date.since_start() + time_of_day_;
  const auto first = static_cast<std::int64_t>(since_midnight.ticks() / hour.ticks());
  known_.erase(known_.begin(), known_.lower_bound(first));
  const auto latest =
      deadline_
          ? std::optional(*deadline_ - Duration::from_seconds(needed.si() * (1 + config_.reserve)))
          : std::nullopt;
  for (std::int64_t i = 0; i < most_waiting_h; ++i) {
    const Instant begin = std::max(date, begin_of(first + i));
    if (latest && begin >= *latest) {
      return std::max(date, *latest);
    }
    if (is_good(first + i)) {
      return begin;
    }
  }
  return begin_of(first + most_waiting_h);
}

}  // namespace tokenfab
