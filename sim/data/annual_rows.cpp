// SPDX-License-Identifier: Apache-2.0
#include "sim/data/annual_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "sim/data/year_clock.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t max_rows = minutes_per_leap_year;  // one a minute
constexpr std::int32_t no_row = -1;

std::int64_t floor_mod(std::int64_t value, std::int64_t modulus) {
  const auto rest = value % modulus;
  return rest < 0 ? rest + modulus : rest;
}

/// Each value for as many finer steps.
std::vector<double> repeated(const std::vector<double>& values, std::size_t times) {
  std::vector<double> result;
  result.reserve(values.size() * times);
  for (const double value : values) {
    result.insert(result.end(), times, value);
  }
  return result;
}

}  // namespace

AnnualRows::AnnualRows(SiteFile& file, std::vector<SiteColumn> columns, Years years)
    : file_(file), columns_(std::move(columns)), years_(years) {
  constexpr std::size_t usual_rows = AnnualSeries::hours;
  rows_.reserve(usual_rows);
  values_.reserve(usual_rows * columns_.size());
}

void AnnualRows::add(std::int64_t minute, std::span<const double> values) {
  const auto line = file_.line_number();
  if (rows_.size() == max_rows) {
    file_.reject(fmt::format("more than {} rows, expected one year of them", max_rows));
  }
  if (!rows_.empty()) {
    const auto& last = rows_.back();
    const auto back = last.minute - minute;
    const bool starts_new_year =
        years_ == Years::Left && back > minutes_per_leap_year / 2;  // December, then January
    if (back == 0) {
      file_.refuse(fmt::format("the row has the date of line {}", last.line),
                   "where clocks change, write dates with their UTC offset or in one zone");
    } else if (back > 0 && !starts_new_year) {
      file_.refuse(fmt::format("the row goes back by {} min from line {}, expected rising dates",
                               back, last.line),
                   "where clocks change, write dates with their UTC offset or in one zone");
    }
  }
  rows_.push_back({minute, line});
  values_.insert(values_.end(), values.begin(), values.end());
}

/// The distance of rows that most of them have; a gap or a stray row does not change it.
std::int64_t AnnualRows::find_step() const {
  std::map<std::int64_t, std::size_t> counts;
  for (std::size_t i = 1; i < rows_.size(); ++i) {
    const auto distance = rows_[i].minute - rows_[i - 1].minute;
    if (distance > 0) {
      ++counts[distance];
    }
  }
  const auto most =
      std::max_element(counts.begin(), counts.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? 60 : most->first;
}

void AnnualRows::place_rows() {
  const auto step = step_minutes_;
  const auto phase = floor_mod(rows_.front().minute, step);
  std::vector<std::int32_t> row_at(static_cast<std::size_t>(minutes_per_leap_year / step), no_row);
  const auto leap_day = static_cast<std::size_t>(leap_day_start / step);
  const auto leap_day_end = static_cast<std::size_t>((leap_day_start + minutes_per_day) / step);
  std::size_t doubled = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const auto& row = rows_[i];
    if (floor_mod(row.minute, step) != phase) {
      file_.faults().add(row.line,
                         fmt::format("{} does not fit the file's rows, {} min apart",
                                     name_of_minute(minute_of_leap_year(row.minute)), step));
      continue;
    }
    const auto at = static_cast<std::size_t>(minute_of_leap_year(row.minute) / step);
    has_leap_day_ = has_leap_day_ || (at >= leap_day && at < leap_day_end);
    if (row_at[at] == no_row) {
      row_at[at] = static_cast<std::int32_t>(i);
    } else if (doubled++ == 0) {
      const auto first = rows_[static_cast<std::size_t>(row_at[at])].line;
      file_.faults().add(row.line,
                         fmt::format("{} is there twice, first in line {}; expected one year of "
                                     "rows",
                                     name_of_minute(minute_of_leap_year(row.minute)), first),
                         "cut the file to 12 months");
    }
  }
  if (!has_leap_day_) {
    row_at.erase(row_at.begin() + static_cast<std::ptrdiff_t>(leap_day),
                 row_at.begin() + static_cast<std::ptrdiff_t>(leap_day_end));
  }
  row_at_ = std::move(row_at);
}

std::string AnnualRows::name_of_step(std::size_t step) const {
  auto minute = static_cast<std::int64_t>(step) * step_minutes_;
  if (!has_leap_day_ && minute >= leap_day_start) {
    minute += minutes_per_day;
  }
  return name_of_minute(minute);
}

std::vector<double> AnnualRows::values_of(std::size_t column) const {
  std::vector<double> values(row_at_.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < row_at_.size(); ++i) {
    if (row_at_[i] != no_row) {
      values[i] = values_[static_cast<std::size_t>(row_at_[i]) * columns_.size() + column];
    }
  }
  return values;
}

std::vector<AnnualRows::Gap> AnnualRows::gaps_of(const std::vector<double>& values) const {
  const auto is_missing = [](double value) { return std::isnan(value); };
  const auto known = std::find_if_not(values.begin(), values.end(), is_missing);
  const auto start = static_cast<std::size_t>(known - values.begin());
  const std::size_t count = values.size();
  if (start == count) {
    return {{0, count}};
  }
  std::vector<Gap> gaps;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = (start + i) % count;
    if (!is_missing(values[at])) {
      continue;
    }
    if (!gaps.empty() && (gaps.back().first + gaps.back().length) % count == at) {
      ++gaps.back().length;
    } else {
      gaps.push_back({at, 1});
    }
  }
  return gaps;
}

bool AnnualRows::lacks_rows(const Gap& gap) const {
  for (std::size_t i = 0; i < gap.length; ++i) {
    if (row_at_[(gap.first + i) % row_at_.size()] != no_row) {
      return false;
    }
  }
  return true;
}

void AnnualRows::refuse(const Gap& gap, const SiteColumn& column) {
  const double hours = static_cast<double>(gap.length) * static_cast<double>(step_minutes_) / 60;
  const auto last = (gap.first + gap.length - 1) % row_at_.size();
  const auto span =
      fmt::format("{} h from {} to {}", hours, name_of_step(gap.first), name_of_step(last));
  const auto fix = hours <= 168  // beyond a week a straight line is no weather and no price
                       ? fmt::format("\"fill_gaps\" of {} h fills it linearly", hours)
                       : std::string("expected a whole year of rows");
  const auto line_of = [&](std::size_t step) {
    return row_at_[step] == no_row ? 0 : rows_[static_cast<std::size_t>(row_at_[step])].line;
  };
  if (!lacks_rows(gap)) {
    auto first = gap.first;
    while (row_at_[first] == no_row) {
      first = (first + 1) % row_at_.size();
    }
    file_.faults().add(line_of(first), fmt::format("{} has no value for {}", column.name, span),
                       fix);
  } else if (told_row_gaps_.insert(gap).second) {
    file_.faults().add(line_of(before(gap)),
                       fmt::format("after this row {} are missing, expected a row every {} min",
                                   span, step_minutes_),
                       fix);
  }
}

std::vector<double> AnnualRows::without_gaps(std::size_t column) {
  auto values = values_of(column);
  const std::size_t count = values.size();
  const auto gaps = gaps_of(values);
  if (gaps.size() == 1 && gaps.front().length == count) {
    if (!columns_[column].is_required) {
      return {};
    }
    file_.faults().add(0, fmt::format("{} has no values", columns_[column].name),
                       "empty cells and the format's codes for missing values are none");
    return values;
  }
  const double steps_to_fill =
      file_.options.fill_gaps_h * 60 / static_cast<double>(step_minutes_) + 1e-9;
  std::size_t filled = 0;
  for (const auto& gap : gaps) {
    if (static_cast<double>(gap.length) > steps_to_fill) {
      refuse(gap, columns_[column]);
      continue;
    }
    const double first = values[before(gap)];
    const double slope = (values[after(gap)] - first) / static_cast<double>(gap.length + 1);
    for (std::size_t i = 0; i < gap.length; ++i) {
      values[(gap.first + i) % count] = first + slope * static_cast<double>(i + 1);
    }
    filled += gap.length;
  }
  if (filled > 0) {
    file_.warn(0, fmt::format("{}: {} of {} values were missing and are filled linearly",
                              columns_[column].name, filled, count));
  }
  return values;
}

AnnualSeries AnnualRows::on_site_clock(std::vector<double> values, double file_offset_h) const {
  // A zone may be off by a half or a quarter of an hour: then steps become as fine.
  const auto shift =
      static_cast<std::int64_t>(std::llround((file_.options.utc_offset_h - file_offset_h) * 60));
  const auto step = std::gcd(step_minutes_, shift);
  if (step != step_minutes_) {
    values = repeated(values, static_cast<std::size_t>(step_minutes_ / step));
  }
  const auto count = static_cast<std::int64_t>(values.size());
  const auto first = values.begin() + floor_mod(-shift / step, count);
  std::rotate(values.begin(), first, values.end());
  if (!has_leap_day_) {
    const auto day = minutes_per_day / step;
    const auto leap_day = leap_day_start / step;
    const std::vector<double> day_before(values.begin() + (leap_day - day),
                                         values.begin() + leap_day);
    values.insert(values.begin() + leap_day, day_before.begin(), day_before.end());
  }
  return AnnualSeries(static_cast<std::uint32_t>(60 / step), std::move(values));
}

std::vector<AnnualSeries> AnnualRows::align(double file_utc_offset_h) {
  if (rows_.empty()) {
    file_.reject("no rows, expected a year of them");
  }
  step_minutes_ = find_step();
  if (step_minutes_ > 60 || 60 % step_minutes_ != 0) {
    file_.reject(fmt::format("most rows are {} min apart, expected 60 min or a whole part of it",
                             step_minutes_));
  }
  place_rows();
  std::vector<std::vector<double>> columns;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    columns.push_back(without_gaps(i));
  }
  file_.faults().raise();
  std::vector<AnnualSeries> result;
  for (auto& values : columns) {
    result.push_back(values.empty() ? AnnualSeries()
                                    : on_site_clock(std::move(values), file_utc_offset_h));
  }
  if (!has_leap_day_) {
    file_.warn(0, "no 29 February; its values are those of the 28th");
  }
  return result;
}

}  // namespace tokenfab
