// SPDX-License-Identifier: Apache-2.0
// Dates of the simulated clock on a site's wall clock: a fixed offset, no daylight saving.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/core/instant.hpp"

namespace tokenfab {

/// A local date such as 2024-01-31T18:00 as the time since the beginning of 1970; none if it is no
/// such date.
std::optional<Duration> local_date(const std::string& date);

struct CivilTime {
  int year = 1970;
  int month = 1;  // 1 to 12
  int day = 1;    // 1 to 31
  int hour = 0;   // 0 to 23
  int minute = 0;
  int weekday = 0;  // 0: Monday
  bool is_weekend() const { return weekday >= 5; }
};

/// Proleptic Gregorian calendar (std::chrono).
class Calendar {
 public:
  /// `local_start`: the wall clock at date 0, as a span since 1970-01-01T00:00.
  explicit Calendar(Duration local_start = Duration()) : local_start_(local_start) {}

  CivilTime at(Instant date) const;
  /// Number of the step of a leap year in which the date lies, in `steps_per_hour` equal steps an
  /// hour, 29 February counted in every year: 0 to 8784 x steps_per_hour - 1.
  std::uint32_t step_of_leap_year(Instant date, std::uint32_t steps_per_hour) const;
  /// The first date after `date` at which the wall clock is a whole multiple of `step`, which
  /// divides a day.
  Instant next_multiple(Instant date, Duration step) const;
  /// When the wall clock's month of `date` begins and ends.
  Instant month_start(Instant date) const;
  Instant month_end(Instant date) const;
  /// The date at which the wall clock shows so long after 1970-01-01T00:00.
  Instant at_local(Duration since_1970) const { return Instant(since_1970 - local_start_); }

 private:
  Duration local_start_;
};

}  // namespace tokenfab
