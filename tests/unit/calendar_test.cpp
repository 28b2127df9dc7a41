// SPDX-License-Identifier: Apache-2.0
// Dates on a wall clock: against an independent day count, around leap days, month ends and 1970.
#include "sim/core/calendar.hpp"

#include <cstdint>
#include <vector>

#include "sim/api/annual_series.hpp"
#include "tests/with_catch.hpp"

namespace tokenfab {
namespace {

Duration seconds(std::int64_t count) {
  return Duration::from_ticks(Int128{count} * Duration::ticks_per_second);
}

bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_of(int year, int month) {
  const int days[] = {31, is_leap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return days[month - 1];
}

/// A calendar whose date 0 is the given moment, and that moment since 1970.
struct Start {
  std::int64_t since_1970_s;
  Calendar calendar() const { return Calendar(seconds(since_1970_s)); }
};

constexpr std::int64_t day_s = 86400;
// 2024-02-28 is 19,781 days after 1970-01-01: 54 years with 13 leap days, 31 + 27 days.
constexpr Start before_leap_day{19'781 * day_s};

void check_time(const CivilTime& time, int year, int month, int day, int hour, int minute) {
  CHECK(time.year == year);
  CHECK(time.month == month);
  CHECK(time.day == day);
  CHECK(time.hour == hour);
  CHECK(time.minute == minute);
}

}  // namespace

TEST_CASE("calendar: every day from 1899 to 2101 follows the one before") {
  // 1899-01-01 lies 71 years with 17 leap days (1904 to 1968) before 1970; it was a Sunday.
  std::int64_t day = -(71 * 365 + 17);
  int weekday = 6;
  const Calendar calendar;
  std::vector<int> wrong;
  for (int year = 1899; year <= 2101; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (int date = 1; date <= days_of(year, month); ++date) {
        for (const std::int64_t second : {std::int64_t{0}, std::int64_t{45'296}, day_s - 1}) {
          const auto time = calendar.at(Instant(seconds(day * day_s + second)));
          const bool right = time.year == year && time.month == month && time.day == date &&
                             time.hour == second / 3600 && time.minute == second % 3600 / 60 &&
                             time.weekday == weekday && time.is_weekend() == (weekday >= 5);
          if (!right) {
            wrong.push_back(year * 10'000 + month * 100 + date);
          }
        }
        ++day;
        weekday = (weekday + 1) % 7;
      }
    }
  }
  CHECK(wrong.empty());
}

TEST_CASE("calendar: a start may lie anywhere, and dates before it are legal") {
  const auto calendar = before_leap_day.calendar();
  check_time(calendar.at(Instant()), 2024, 2, 28, 0, 0);
  check_time(calendar.at(Instant(seconds(day_s + 3'661))), 2024, 2, 29, 1, 1);
  check_time(calendar.at(Instant(seconds(2 * day_s))), 2024, 3, 1, 0, 0);
  check_time(calendar.at(Instant(seconds(-1))), 2024, 2, 27, 23, 59);
  const Calendar epoch;
  // A tick before 1970 is still 1969: rounding goes down, not toward zero.
  check_time(epoch.at(Instant(Duration::from_ticks(-1))), 1969, 12, 31, 23, 59);
  check_time(epoch.at(Instant(seconds(59) + Duration::from_ticks(1))), 1970, 1, 1, 0, 0);
  CHECK(epoch.at(Instant()).weekday == 3);  // a Thursday
}

TEST_CASE("calendar: steps of a leap year count 29 February in every year") {
  const auto step_at = [](std::int64_t since_1970_s, std::uint32_t per_hour) {
    return Calendar().step_of_leap_year(Instant(seconds(since_1970_s)), per_hour);
  };
  // 2023 starts 19,358 days after 1970, 2024 a year of 365 days later.
  const std::int64_t y2023 = 19'358 * day_s;
  const std::int64_t y2024 = y2023 + 365 * day_s;
  for (const std::uint32_t per_hour : {1U, 2U, 4U, 12U, 60U}) {
    INFO(per_hour);
    CHECK(step_at(y2023, per_hour) == 0);
    CHECK(step_at(y2023 + 59 * day_s - 1, per_hour) == 59 * 24 * per_hour - 1);  // 28 February
    CHECK(step_at(y2023 + 59 * day_s, per_hour) == 60 * 24 * per_hour);          // 1 March
    CHECK(step_at(y2024 + 59 * day_s, per_hour) == 59 * 24 * per_hour);          // 29 February
    CHECK(step_at(y2024 + 60 * day_s, per_hour) == 60 * 24 * per_hour);          // 1 March
    CHECK(step_at(y2024 + 366 * day_s - 1, per_hour) == 8784 * per_hour - 1);
    CHECK(step_at(y2024 - 1, per_hour) == 8784 * per_hour - 1);
  }
  CHECK(step_at(y2024 + 3599, 60) == 59);
  CHECK(step_at(y2024 + 899, 4) == 0);
  CHECK(step_at(y2024 + 900, 4) == 1);
  CHECK(step_at(-1, 1) == 8783);  // 1969-12-31 23:59:59
}

TEST_CASE("calendar: a whole leap year walks through all steps in order") {
  const std::int64_t y2024 = 19'723 * day_s;
  const Calendar calendar{seconds(y2024)};
  Instant date;
  for (std::uint32_t step = 0; step < 8784; ++step) {
    if (calendar.step_of_leap_year(date, 1) != step) {
      FAIL(step);
    }
    date = calendar.next_multiple(date, seconds(3600));
  }
  CHECK(date.since_start() == seconds(366 * day_s));
  CHECK(calendar.step_of_leap_year(date, 1) == 0);
}

TEST_CASE("calendar: the next multiple is on the wall clock and always later") {
  const Calendar calendar{seconds(19'781 * day_s + 1'234)};  // 00:20:34
  const auto hour = seconds(3600);
  const auto next = calendar.next_multiple(Instant(), hour);
  CHECK(next.since_start() == seconds(3600 - 1'234));
  CHECK(calendar.next_multiple(next, hour).since_start() == seconds(2 * 3600 - 1'234));
  CHECK(calendar.next_multiple(Instant(next.since_start() - Duration::from_ticks(1)), hour) ==
        next);
  CHECK(calendar.next_multiple(Instant(seconds(-5'000)), hour).since_start() ==
        seconds(-3600 - 1'234));
  const Calendar before_1970{seconds(-1'800)};
  CHECK(before_1970.next_multiple(Instant(), hour).since_start() == seconds(1'800));
  CHECK(before_1970.next_multiple(Instant(seconds(-1'801)), hour).since_start() == seconds(-1'800));
}

TEST_CASE("calendar: months begin and end at their midnights") {
  const auto calendar = before_leap_day.calendar();
  const auto check_month = [&](std::int64_t at, std::int64_t start, std::int64_t end) {
    CHECK(calendar.month_start(Instant(seconds(at))).since_start() == seconds(start));
    CHECK(calendar.month_end(Instant(seconds(at))).since_start() == seconds(end));
  };
  check_month(0, -27 * day_s, 2 * day_s);              // February 2024 has 29 days
  check_month(2 * day_s - 1, -27 * day_s, 2 * day_s);  // its last second
  check_month(2 * day_s, 2 * day_s, 33 * day_s);       // its end belongs to March
  const std::int64_t december = (308 - 1) * day_s;     // 2024-12-31, day 366
  check_month(december, december - 30 * day_s, december + day_s);
  for (int month = 0, at = 0; month < 48; ++month) {
    const auto end = calendar.month_end(Instant(seconds(at)));
    CHECK(calendar.month_start(end) == end);
    CHECK(calendar.at(end).day == 1);
    at = static_cast<int>(end.seconds());
  }
  const Calendar epoch;
  CHECK(epoch.month_start(Instant(seconds(-1))).since_start() == seconds(-31 * day_s));
  CHECK(epoch.month_end(Instant(seconds(-1))).since_start() == seconds(0));
}

TEST_CASE("calendar: a date is found by its wall clock") {
  const auto calendar = before_leap_day.calendar();
  CHECK(calendar.at_local(seconds(before_leap_day.since_1970_s)) == Instant());
  CHECK(calendar.at_local(seconds(before_leap_day.since_1970_s + 90)).since_start() == seconds(90));
}

TEST_CASE("annual series: a value holds through its step") {
  std::vector<double> values(2 * 8784);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<double>(i);
  }
  const AnnualSeries series(2, values);
  const Calendar calendar{seconds(19'723 * day_s)};  // 2024-01-01
  CHECK(series.at(calendar, Instant()) == 0);
  CHECK(series.at(calendar, Instant(seconds(1'799))) == 0);
  CHECK(series.at(calendar, Instant(seconds(1'800))) == 1);
  CHECK(series.holds_until(calendar, Instant()).since_start() == seconds(1'800));
  CHECK(series.holds_until(calendar, Instant(seconds(1'799))).since_start() == seconds(1'800));
  CHECK(series.at(calendar, Instant(seconds(366 * day_s - 1))) == 2 * 8784 - 1);
  CHECK(series.at(calendar, Instant(seconds(366 * day_s))) == 0);
  CHECK(AnnualSeries().empty());
}

}  // namespace tokenfab
