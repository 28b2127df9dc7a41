// SPDX-License-Identifier: Apache-2.0
#include "sim/core/calendar.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace tokenfab {
namespace {

constexpr std::int64_t day_s = 86400;

/// Whole seconds, rounded down.
std::int64_t whole_seconds(Duration span) {
  const Int128 second = Duration::ticks_per_second;
  const auto quotient = span.ticks() / second;
  return static_cast<std::int64_t>(span.ticks() % second < 0 ? quotient - 1 : quotient);
}

struct DayAndSecond {
  std::int64_t day;  // since 1970-01-01
  std::int64_t second;
};

DayAndSecond split(std::int64_t seconds) {
  auto day = seconds / day_s;
  auto second = seconds % day_s;
  if (second < 0) {
    second += day_s;
    --day;
  }
  return {day, second};
}

std::chrono::year_month_day civil(std::int64_t day) {
  return std::chrono::sys_days(std::chrono::days(day));
}

Duration start_of(std::chrono::year_month month) {
  const auto days = std::chrono::sys_days(month / std::chrono::day(1)).time_since_epoch().count();
  return Duration::from_ticks(Int128{days} * day_s * Duration::ticks_per_second);
}

}  // namespace

std::optional<Duration> local_date(const std::string& date) {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  char rest = 0;
  if (std::sscanf(date.c_str(), "%4d-%2d-%2dT%2d:%2d%c", &year, &month, &day, &hour, &minute,
                  &rest) != 5 ||
      hour < 0 || hour > 23 || minute < 0 || minute > 59) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date_of{std::chrono::year(year),
                                            std::chrono::month(static_cast<unsigned>(month)),
                                            std::chrono::day(static_cast<unsigned>(day))};
  if (month < 1 || day < 1 || !date_of.ok()) {
    return std::nullopt;
  }
  const auto days = std::chrono::sys_days(date_of).time_since_epoch().count();
  return Duration::from_ticks((Int128{days} * day_s + hour * 3600 + minute * 60) *
                              Duration::ticks_per_second);
}

CivilTime Calendar::at(Instant date) const {
  const auto [day, second] = split(whole_seconds(local_start_ + date.since_start()));
  const auto ymd = civil(day);
  const std::chrono::weekday weekday{std::chrono::sys_days(std::chrono::days(day))};
  return {static_cast<int>(ymd.year()),
          static_cast<int>(static_cast<unsigned>(ymd.month())),
          static_cast<int>(static_cast<unsigned>(ymd.day())),
          static_cast<int>(second / 3600),
          static_cast<int>(second % 3600 / 60),
          static_cast<int>(weekday.iso_encoding()) - 1};
}

std::uint32_t Calendar::step_of_leap_year(Instant date, std::uint32_t steps_per_hour) const {
  static constexpr std::array<std::uint32_t, 12> days_before{0,   31,  60,  91,  121, 152,
                                                             182, 213, 244, 274, 305, 335};
  const auto [day, second] = split(whole_seconds(local_start_ + date.since_start()));
  const auto ymd = civil(day);
  const auto day_of_year =
      days_before[static_cast<unsigned>(ymd.month()) - 1] + static_cast<unsigned>(ymd.day()) - 1;
  return day_of_year * 24 * steps_per_hour +
         static_cast<std::uint32_t>(second * steps_per_hour / 3600);
}

Instant Calendar::next_multiple(Instant date, Duration step) const {
  const auto local = (local_start_ + date.since_start()).ticks();
  auto cells = local / step.ticks();
  if (local % step.ticks() < 0) {
    --cells;
  }
  return at_local(Duration::from_ticks((cells + 1) * step.ticks()));
}

Instant Calendar::month_start(Instant date) const {
  const auto [day, second] = split(whole_seconds(local_start_ + date.since_start()));
  const auto ymd = civil(day);
  return at_local(start_of(ymd.year() / ymd.month()));
}

Instant Calendar::month_end(Instant date) const {
  const auto [day, second] = split(whole_seconds(local_start_ + date.since_start()));
  const auto ymd = civil(day);
  return at_local(start_of(ymd.year() / ymd.month() + std::chrono::months(1)));
}

}  // namespace tokenfab
