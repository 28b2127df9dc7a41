// SPDX-License-Identifier: Apache-2.0
#include "sim/data/fields.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

namespace tokenfab {
namespace {

constexpr std::size_t tick_digits = 15;  // a tick is 1e-15 s

constexpr auto power_of_ten = [] {
  std::array<std::int64_t, tick_digits + 1> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) {
    powers[i] = powers[i - 1] * 10;
  }
  return powers;
}();
static_assert(power_of_ten[tick_digits] == Duration::ticks_per_second);

constexpr unsigned digit_of(char c) { return static_cast<unsigned>(c - '0'); }

/// Takes the digits at the front of `text` off it, at most `limit` of them, as a number.
std::int64_t take_digits(std::string_view& text, std::size_t limit) {
  std::int64_t value = 0;
  std::size_t i = 0;
  for (; i < text.size() && i < limit && digit_of(text[i]) <= 9; ++i) {
    value = value * 10 + digit_of(text[i]);
  }
  text.remove_prefix(i);
  return value;
}

/// Takes a fraction's digits off `text`, at most `limit` of them, as ticks.
std::int64_t take_fraction(std::string_view& text, std::size_t limit) {
  const std::size_t before = text.size();
  const std::int64_t value = take_digits(text, limit);
  return value * power_of_ten[tick_digits - (before - text.size())];
}

constexpr Duration exact_time(std::int64_t seconds, std::int64_t ticks) {
  return Duration::from_ticks(Int128{seconds} * Duration::ticks_per_second + ticks);
}

std::optional<Duration> parse_seconds_with_exponent(std::string_view text) {
  double seconds = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  const bool valid = error == std::errc() && stop == end && std::isfinite(seconds);
  if (!valid || seconds < 0 || seconds > static_cast<double>(max_arrival_seconds)) {
    return std::nullopt;
  }
  // Split, because a double of 1e12 s cannot tell ticks apart but a whole one is exact.
  const double whole = std::floor(seconds);
  return exact_time(static_cast<std::int64_t>(whole), 0) + Duration::from_seconds(seconds - whole);
}

/// Two digits at `text[at]`; over 99 if they are not digits.
constexpr unsigned two_digits(std::string_view text, std::size_t at) {
  const unsigned tens = digit_of(text[at]);
  const unsigned ones = digit_of(text[at + 1]);
  return tens <= 9 && ones <= 9 ? tens * 10 + ones : 100;
}

constexpr unsigned days_of_month(unsigned year, unsigned month) {
  constexpr std::array<unsigned, 13> days{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return days[month] + (leap && month == 2 ? 1 : 0);
}

/// Days since 1970-01-01. Years are counted from March, so that the leap day is a year's last.
constexpr std::int64_t days_from_civil(unsigned year, unsigned month, unsigned day) {
  constexpr std::int64_t days_from_year_0_march_to_1970 = 719'468;
  const std::int64_t march_year = year - (month <= 2 ? 1 : 0);
  const unsigned months_after_march = month > 2 ? month - 3 : month + 9;
  const unsigned day_of_year = (153 * months_after_march + 2) / 5 + day - 1;
  return march_year * 365 + march_year / 4 - march_year / 100 + march_year / 400 + day_of_year -
         days_from_year_0_march_to_1970;
}
static_assert(days_from_civil(1970, 1, 1) == 0);
static_assert(days_from_civil(2000, 3, 1) == 11'017);
static_assert(days_from_civil(2023, 11, 16) == 19'677);

/// Seconds since 1970 of the 19 characters `YYYY-MM-DD HH:MM:SS`.
std::optional<std::int64_t> parse_civil_second(std::string_view text) {
  const bool punctuated =
      text[4] == '-' && text[7] == '-' && text[10] == ' ' && text[13] == ':' && text[16] == ':';
  const unsigned century = two_digits(text, 0);
  const unsigned year_of_century = two_digits(text, 2);
  const unsigned year = century * 100 + year_of_century;
  const unsigned month = two_digits(text, 5);
  const unsigned day = two_digits(text, 8);
  const unsigned hour = two_digits(text, 11);
  const unsigned minute = two_digits(text, 14);
  const unsigned second = two_digits(text, 17);
  const bool calendar = century <= 99 && year_of_century <= 99 && year >= 1 && month >= 1 &&
                        month <= 12 && day >= 1 && day <= days_of_month(year, month);
  if (!punctuated || !calendar || hour > 23 || minute > 59 || second > 59) {
    return std::nullopt;
  }
  return ((days_from_civil(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
}

}  // namespace

std::optional<Duration> parse_seconds(std::string_view text) {
  std::string_view rest = text;
  constexpr std::size_t digits_below_overflow = 18;
  const std::int64_t whole = take_digits(rest, digits_below_overflow);
  std::size_t digits = text.size() - rest.size();
  std::int64_t ticks = 0;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    const std::size_t before = rest.size();
    ticks = take_fraction(rest, tick_digits);
    ticks += !rest.empty() && digit_of(rest[0]) <= 9 && rest[0] >= '5' ? 1 : 0;
    while (!rest.empty() && digit_of(rest[0]) <= 9) {
      rest.remove_prefix(1);
    }
    digits += before - rest.size();
  }
  if (digits == 0 || !rest.empty()) [[unlikely]] {
    return parse_seconds_with_exponent(text);
  }
  const Duration time = exact_time(whole, ticks);
  const bool in_range = time <= exact_time(max_arrival_seconds, 0);
  return in_range ? std::optional(time) : std::nullopt;
}

std::optional<Duration> parse_utc_timestamp(std::string_view text) {
  constexpr std::size_t civil_second_length = std::string_view("YYYY-MM-DD HH:MM:SS").size();
  if (text.size() < civil_second_length) {
    return std::nullopt;
  }
  const auto second = parse_civil_second(text);
  text.remove_prefix(civil_second_length);
  std::int64_t ticks = 0;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const std::size_t before = text.size();
    ticks = take_fraction(text, 9);
    if (text.size() == before) {
      return std::nullopt;
    }
  }
  const bool utc = text.empty() || text == "Z" || text == "+00:00";
  return second && utc ? std::optional(exact_time(*second, ticks)) : std::nullopt;
}

}  // namespace tokenfab
