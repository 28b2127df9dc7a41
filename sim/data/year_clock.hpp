// SPDX-License-Identifier: Apache-2.0
// Dates of rows of site data, in minutes, and their places in a year that has a 29 February.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tokenfab {

inline constexpr std::int64_t minutes_per_day = 1440;
inline constexpr std::int64_t minutes_per_leap_year = 366 * minutes_per_day;
inline constexpr std::int64_t leap_day_start = 59 * minutes_per_day;  // of 29 February, in its year

/// Minutes on a wall clock since 1970-01-01T00:00, and that clock's offset if the text tells it.
struct CivilMinute {
  std::int64_t minute = 0;
  std::optional<std::int64_t> utc_offset_minutes;  // east positive
};

/// `YYYY-MM-DD HH:MM[:SS[.fraction]]`, `T` for the blank, then nothing, `Z`, `+HH:MM` or `+HHMM`.
/// Seconds must be zero.
std::optional<CivilMinute> parse_civil_minute(std::string_view text);

/// Minutes since 1970 of a date of the year 2000, which is a leap year; nothing if there is no such
/// date. Hours go from 0 to 23.
std::optional<std::int64_t> minute_of_2000(int month, int day, int hour, int minute);

/// Where in a leap year the wall clock stands, from 0 on; before 29 February and after it the same
/// for every year.
std::int64_t minute_of_leap_year(std::int64_t minutes_since_1970);

/// "03-13 07:00" for a place in a leap year.
std::string name_of_minute(std::int64_t minute_of_leap_year);

}  // namespace tokenfab
