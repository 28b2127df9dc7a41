// SPDX-License-Identifier: Apache-2.0
// Contents of site data files for tests, and what reading them gives.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/data/read_site_data.hpp"
#include "tests/with_catch.hpp"

namespace tokenfab {

struct HourOfYear {
  int month;  // 1 to 12
  int day;
  int hour;   // 0 to 23
  int index;  // from 0 on, 29 February counted where there is one
};

/// One line for each hour of a year.
inline std::string hours_of_year(bool has_leap_day,
                                 const std::function<std::string(const HourOfYear&)>& line) {
  const int days[] = {31, has_leap_day ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  std::string text;
  int index = 0;
  for (int month = 1; month <= 12; ++month) {
    for (int day = 1; day <= days[month - 1]; ++day) {
      for (int hour = 0; hour < 24; ++hour) {
        text += line({month, day, hour, index++}) + "\n";
      }
    }
  }
  return text;
}

inline std::string date_fields(const HourOfYear& at) {
  return fmt::format("{},{},{}", at.month, at.day, at.hour);
}

struct SiteReading {
  SiteData data;
  std::vector<std::string> warnings;
};

inline SiteReading read_site(DataKind kind, const std::string& contents,
                             const SiteReadOptions& options = {},
                             std::string_view format = "auto") {
  SiteReading reading;
  reading.data = read_site_data(kind, format, ByteStream::from_memory("t.csv", contents), options,
                                reading.warnings);
  return reading;
}

template <class Table>
Table read_site_as(DataKind kind, const std::string& contents,
                   const SiteReadOptions& options = {}) {
  return std::get<Table>(read_site(kind, contents, options).data);
}

/// All messages of the error; empty if there is none.
inline std::string site_error(DataKind kind, const std::string& contents,
                              const SiteReadOptions& options = {},
                              std::string_view format = "auto") {
  try {
    read_site(kind, contents, options, format);
    return {};
  } catch (const InputError& error) {
    return error.what();
  }
}

/// The value of an hourly series at a date of a leap year.
inline double at_hour(const AnnualSeries& series, int month, int day, int hour) {
  static const int before[] = {0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335};
  const auto step =
      ((before[month - 1] + day - 1) * 24 + hour) * static_cast<int>(series.steps_per_hour());
  return series.values().at(static_cast<std::size_t>(step));
}

inline double mean_of(const AnnualSeries& series) {
  double sum = 0;
  for (const double value : series.values()) {
    sum += value;
  }
  return sum / static_cast<double>(series.values().size());
}

}  // namespace tokenfab
