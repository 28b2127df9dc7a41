// SPDX-License-Identifier: Apache-2.0
#include "sim/data/year_clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "sim/data/fields.hpp"

namespace tokenfab {
namespace {

constexpr std::array<std::int64_t, 13> days_before_month{0,   31,  60,  91,  121, 152, 182,
                                                         213, 244, 274, 305, 335, 366};

/// Whole digits of a fixed place in a timestamp; nothing if it is too short or holds others.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count) {
    return std::nullopt;
  }
  const auto value = parse_whole(text.substr(at, count), 9999);
  return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
}

std::optional<std::int64_t> days_since_1970(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  return date.ok()
             ? std::optional<std::int64_t>(std::chrono::sys_days(date).time_since_epoch().count())
             : std::nullopt;
}

std::optional<std::int64_t> minutes_since_1970(int year, int month, int day, int hour, int minute) {
  const auto days = days_since_1970(year, month, day);
  if (!days || hour > 23 || minute > 59) {
    return std::nullopt;
  }
  return *days * minutes_per_day + hour * 60 + minute;
}

/// Takes ":SS" and a fraction off the front; false: they are not zero.
bool take_zero_seconds(std::string_view& text) {
  if (!text.starts_with(':')) {
    return true;
  }
  if (!text.starts_with(":00")) {
    return false;
  }
  text.remove_prefix(3);
  if (text.starts_with('.')) {
    const auto end = std::min(text.find_first_not_of('0', 1), text.size());
    const bool has_digits = end > 1;
    text.remove_prefix(end);
    return has_digits;
  }
  return true;
}

/// "Z", "+HH:MM" or "+HHMM".
std::optional<std::int64_t> parse_offset(std::string_view text) {
  if (text == "Z") {
    return 0;
  }
  const bool has_colon = text.size() == 6 && text[3] == ':';
  if (text.empty() || (text[0] != '+' && text[0] != '-') || !(has_colon || text.size() == 5)) {
    return std::nullopt;
  }
  const auto hours = digits(text, 1, 2);
  const auto minutes = digits(text, has_colon ? 4 : 3, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) {
    return std::nullopt;
  }
  const std::int64_t offset = *hours * 60 + *minutes;
  return text[0] == '-' ? -offset : offset;
}

}  // namespace

std::optional<CivilMinute> parse_civil_minute(std::string_view text) {
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  const auto hour = digits(text, 11, 2);
  const auto minute = digits(text, 14, 2);
  if (!year || !month || !day || !hour || !minute || text[4] != '-' || text[7] != '-' ||
      (text[10] != ' ' && text[10] != 'T') || text[13] != ':') {
    return std::nullopt;
  }
  const auto since_1970 = minutes_since_1970(*year, *month, *day, *hour, *minute);
  text.remove_prefix(16);
  if (!since_1970 || !take_zero_seconds(text)) {
    return std::nullopt;
  }
  CivilMinute result{*since_1970, std::nullopt};
  if (!text.empty()) {
    result.utc_offset_minutes = parse_offset(text);
    if (!result.utc_offset_minutes) {
      return std::nullopt;
    }
  }
  return result;
}

std::optional<std::int64_t> minute_of_2000(int month, int day, int hour, int minute) {
  return minutes_since_1970(2000, month, day, hour, minute);
}

std::int64_t minute_of_leap_year(std::int64_t since_1970) {
  auto day = since_1970 / minutes_per_day;
  auto minute = since_1970 % minutes_per_day;
  if (minute < 0) {
    minute += minutes_per_day;
    --day;
  }
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
  const auto day_of_year = days_before_month[static_cast<unsigned>(date.month()) - 1] +
                           static_cast<unsigned>(date.day()) - 1;
  return day_of_year * minutes_per_day + minute;
}

std::string name_of_minute(std::int64_t minute) {
  const auto day = minute / minutes_per_day;
  const auto month = std::upper_bound(days_before_month.begin(), days_before_month.end(), day) -
                     days_before_month.begin();
  return fmt::format("{:02}-{:02} {:02}:{:02}", month,
                     day - days_before_month[static_cast<std::size_t>(month) - 1] + 1,
                     minute % minutes_per_day / 60, minute % 60);
}

}  // namespace tokenfab
