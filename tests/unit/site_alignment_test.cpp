// SPDX-License-Identifier: Apache-2.0
// Rows against the calendar of the year: gaps, rows that come twice or out of order, too much and
// too little, and random years against a plain reimplementation.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/unit/site_contents.hpp"

namespace tokenfab {
namespace {

using Catch::Matchers::Contains;

const std::string header = "month,day,hour,fraction\n";

std::string year_of(bool has_leap_day, const std::function<bool(const HourOfYear&)>& is_there) {
  std::string text = header;
  hours_of_year(has_leap_day, [&](const HourOfYear& at) {
    if (is_there(at)) {
      text += date_fields(at) + fmt::format(",{}\n", at.index / 10'000.0);
    }
    return std::string();
  });
  return text;
}

bool always(const HourOfYear&) { return true; }

std::string error_of(const std::string& contents, double fill_gaps_h = 0) {
  SiteReadOptions options;
  options.fill_gaps_h = fill_gaps_h;
  return site_error(DataKind::Fraction, contents, options);
}

AnnualSeries series_of(const std::string& contents, double fill_gaps_h = 0) {
  SiteReadOptions options;
  options.fill_gaps_h = fill_gaps_h;
  return read_site_as<AnnualSeries>(DataKind::Fraction, contents, options);
}

}  // namespace

TEST_CASE("site alignment: missing rows are told with the row before them") {
  const auto without = [](int month, int day, int first, int last) {
    return year_of(false, [=](const HourOfYear& at) {
      return at.month != month || at.day != day || at.hour < first || at.hour > last;
    });
  };
  CHECK(error_of(without(3, 13, 7, 8)) ==
        fmt::format("t.csv:{}: after this row 2 h from 03-13 07:00 to 03-13 08:00 are missing, "
                    "expected a row every 60 min (\"fill_gaps\" of 2 h fills it linearly)",
                    (59 + 12) * 24 + 7 + 1));
  const auto filled = series_of(without(3, 13, 7, 8), 2);
  const auto whole = series_of(year_of(false, always));
  for (std::size_t i = 0; i < whole.values().size(); ++i) {
    if (std::abs(filled.values()[i] - whole.values()[i]) > 1e-15) {
      FAIL(i);
    }
  }
  // Around the end of the year, and 28 February with no 29th behind it.
  const auto new_year = year_of(false, [](const HourOfYear& at) {
    return !(at.month == 1 && at.day == 1 && at.hour < 2) &&
           !(at.month == 12 && at.day == 31 && at.hour > 21);
  });
  CHECK_THAT(error_of(new_year), Contains("4 h from 12-31 22:00 to 01-01 01:00 are missing"));
  const auto bridged = series_of(new_year, 4);
  CHECK(at_hour(bridged, 1, 1, 0) == Approx(0.8757 + (0.0002 - 0.8757) * 3 / 5).epsilon(1e-12));
  CHECK_THAT(error_of(without(2, 28, 20, 23)), Contains("4 h from 02-28 20:00 to 02-28 23:00"));
}

TEST_CASE("site alignment: less than a year names what is missing") {
  CHECK(error_of(year_of(false, [](const HourOfYear& at) { return at.month < 10; })) ==
        "t.csv:6553: after this row 2208 h from 10-01 00:00 to 12-31 23:00 are missing, expected a "
        "row every 60 min (expected a whole year of rows)");
  CHECK_THAT(error_of(header + "5,5,5,0.5\n"),
             Contains("t.csv:2: after this row 8759 h from 05-05 06:00 to 05-05 04:00"));
  CHECK_THAT(error_of(header), Contains("no rows, expected a year of them"));
  // A part of 29 February is a gap, no year without it.
  CHECK_THAT(error_of(year_of(true,
                              [](const HourOfYear& at) {
                                return at.month != 2 || at.day != 29 || at.hour < 12;
                              })),
             Contains("12 h from 02-29 12:00 to 02-29 23:00 are missing"));
}

TEST_CASE("site alignment: rows that come twice or go back are told") {
  const auto year = year_of(false, always);
  const auto first_row = year.find("1,1,1,");
  auto doubled = year;
  doubled.insert(first_row, "1,1,0,0.5\n");
  CHECK_THAT(error_of(doubled),
             Contains("t.csv:3: the row has the date of line 2 (where clocks change, write dates "
                      "with their UTC offset or in one zone)"));
  auto back = year;
  back.insert(back.find("1,1,5,"), "1,1,3,0.5\n");
  CHECK_THAT(error_of(back), Contains("t.csv:7: the row goes back by 60 min from line 6, expected "
                                      "rising dates"));
  CHECK_THAT(error_of(year + year.substr(header.size())),
             Contains("t.csv:8762: 01-01 00:00 is there twice, first in line 2; expected one year "
                      "of rows (cut the file to 12 months)"));
  auto stray = year;
  stray.insert(stray.find("1,1,5,"), "1,1,4,0.5\n");
  CHECK_THAT(error_of(stray), Contains("the row has the date of line"));
}

TEST_CASE("site alignment: a year may start anywhere") {
  const auto year = year_of(false, always);
  const auto july = year.find("7,1,0,");
  const auto moved = header + year.substr(july) + year.substr(header.size(), july - header.size());
  CHECK(series_of(moved).values() == series_of(year).values());
}

TEST_CASE("site alignment: the distance of rows is a part of an hour, and all fit it") {
  std::string daily = "month,day,hour,fraction\n";
  hours_of_year(false, [&](const HourOfYear& at) {
    daily += at.hour % 3 == 0 ? date_fields(at) + ",0.5\n" : "";
    return std::string();
  });
  CHECK_THAT(error_of(daily), Contains("most rows are 180 min apart, expected 60 min or a whole "
                                       "part of it"));
  std::string stray = "month,day,hour,minute,fraction\n";
  hours_of_year(false, [&](const HourOfYear& at) {
    stray += date_fields(at) + (at.index == 100 ? ",7,0.5\n" : ",0,0.5\n");
    return std::string();
  });
  CHECK_THAT(error_of(stray),
             Contains("t.csv:102: 01-05 04:07 does not fit the file's rows, 60 min apart"));
}

TEST_CASE("site alignment: all problems of a file are told at once, the first 20 of many") {
  const auto year = year_of(false, [](const HourOfYear& at) { return at.index != 500; });
  auto bad = year;
  bad.replace(bad.find("1,1,1,0.0001"), 12, "1,1,1,abcd");
  bad.replace(bad.find("1,1,2,0.0002"), 12, "1,1,2,7");
  bad.replace(bad.find("1,1,3,0.0003"), 12, "1,1,3,0,0");
  const auto text = error_of(bad);
  CHECK_THAT(text, Contains("t.csv:3: fraction is \"abcd\", expected a number from 0 to 1") &&
                       Contains("t.csv:4: fraction is \"7\"") &&
                       Contains("t.csv:5: the row has 5 fields, expected 4 as in the header") &&
                       Contains("t.csv:501: after this row 1 h from 01-21 20:00"));
  std::string all_bad = header;
  for (int i = 0; i < 100; ++i) {
    all_bad += "1,1,1,x\n";
  }
  try {
    read_site(DataKind::Fraction, all_bad);
    FAIL("accepted");
  } catch (const DataError& error) {
    CHECK(error.problems().size() == 20);
    CHECK(error.problems()[0].place.line == 2);
  }
}

TEST_CASE("site alignment: random years agree with a plain count of hours") {
  std::mt19937 random(7);
  const std::vector<double> offsets{0, 8, -5, 5.5, -3.5, 5.75, 14, -12};
  for (int round = 0; round < 12; ++round) {
    const int first_year = 1990 + static_cast<int>(random() % 40);
    const auto first_month = 1 + random() % 12;
    const double site = offsets[random() % offsets.size()];
    const double file = offsets[random() % offsets.size()];
    INFO(first_year << "-" << first_month << " site " << site << " file " << file);
    // Twelve months of a UTC clock shifted to `file`, as a table with that offset in its dates.
    using namespace std::chrono;
    const sys_days start = year(first_year) / month(static_cast<unsigned>(first_month)) / day(1);
    const sys_days end = year(first_year + 1) / month(static_cast<unsigned>(first_month)) / day(1);
    const auto shift = [](double hours) {
      return minutes(static_cast<std::int64_t>(std::lround(hours * 60)));
    };
    std::string text = "Datetime (UTC),Price (USD/MWh)\n";
    std::map<std::string, double> expected;  // by "MM-DD HH:MM" on the site's clock
    bool has_leap_day = false;
    int index = 0;
    const auto name = [](sys_time<minutes> time) {
      const auto date = floor<days>(time);
      const year_month_day ymd(date);
      const hh_mm_ss clock(time - date);
      return fmt::format("{:02}-{:02} {:02}:{:02}", static_cast<unsigned>(ymd.month()),
                         static_cast<unsigned>(ymd.day()), clock.hours().count(),
                         clock.minutes().count());
    };
    for (sys_time<minutes> time = start; time < end; time += hours(1), ++index) {
      const auto local = time + shift(file);
      const auto date = floor<days>(local);
      const year_month_day ymd(date);
      const hh_mm_ss clock(local - date);
      const auto offset = std::abs(shift(file).count());
      text += fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}{}{:02}:{:02},{}\n",
                          static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                          static_cast<unsigned>(ymd.day()), clock.hours().count(),
                          clock.minutes().count(), file < 0 ? '-' : '+', offset / 60, offset % 60,
                          index);
      has_leap_day = has_leap_day || name(time).starts_with("02-29");
      for (const int quarter : {0, 15, 30, 45}) {
        expected[name(time + shift(site) + minutes(quarter))] = index;
      }
    }
    SiteReadOptions options;
    options.utc_offset_h = site;
    const auto series = read_site_as<AnnualSeries>(DataKind::Price, text, options);
    const auto per_hour = static_cast<int>(series.steps_per_hour());
    const sys_days leap_year = year(2000) / January / 1;
    int wrong = 0;
    for (std::size_t i = 0; i < series.values().size(); ++i) {
      const auto time = leap_year + minutes(60 / per_hour) * static_cast<std::int64_t>(i);
      auto key = name(time);
      const bool is_leap_day = key.starts_with("02-29");
      if (is_leap_day && !has_leap_day) {
        key.replace(3, 2, "28");
      }
      // A year with a leap day turned around keeps its hours in order; its own 29 February may move
      // by the shift, and then the plain names differ at its edges.
      const auto found = expected.find(key);
      wrong +=
          found == expected.end() || std::abs(series.values()[i] * 3.6e9 - found->second) > 1e-6;
    }
    CHECK(wrong == 0);
  }
}

}  // namespace tokenfab
