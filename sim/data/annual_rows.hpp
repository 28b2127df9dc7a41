// SPDX-License-Identifier: Apache-2.0
// Dated rows of a file, brought into series over the year on a site's clock: aligned by month, day
// and hour, each step of the year once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "sim/api/annual_series.hpp"
#include "sim/data/site_file.hpp"
#include "sim/data/site_table.hpp"

namespace tokenfab {

class AnnualRows {
 public:
  /// Whether dates carry the year they were measured in, so that they must rise through the whole
  /// file, or only month, day and hour (typical years are put together from several).
  enum class Years { Told, Left };

  AnnualRows(SiteFile& file, std::vector<SiteColumn> columns, Years years);

  /// A row of the line last read, its date in minutes since 1970 on the file's clock, one value per
  /// column in SI units. NaN: not measured. Faults: a date that does not come after the last one.
  void add(std::int64_t minute, std::span<const double> values);

  /// One series per column, empty for an optional one without values. The file's clock is turned
  /// into the site's around the year. A year without 29 February gets it from the 28th, with a
  /// warning. DataError: all faults of the file, among them gaps beyond those to be filled, rows
  /// that cover a step twice, and less than a year.
  std::vector<AnnualSeries> align(double file_utc_offset_h);

 private:
  struct Row {
    std::int64_t minute;
    std::int64_t line;
  };
  /// Steps in a row without a value, in the order of the file's calendar, around the year's end.
  struct Gap {
    std::size_t first;
    std::size_t length;
    auto operator<=>(const Gap&) const = default;
  };

  std::int64_t find_step() const;
  void place_rows();
  std::vector<double> values_of(std::size_t column) const;
  std::vector<Gap> gaps_of(const std::vector<double>& values) const;
  std::vector<double> without_gaps(std::size_t column);
  bool lacks_rows(const Gap& gap) const;
  void refuse(const Gap& gap, const SiteColumn& column);
  std::size_t after(const Gap& gap) const { return (gap.first + gap.length) % row_at_.size(); }
  std::size_t before(const Gap& gap) const {
    return (gap.first + row_at_.size() - 1) % row_at_.size();
  }
  std::string name_of_step(std::size_t step) const;
  AnnualSeries on_site_clock(std::vector<double> values, double file_utc_offset_h) const;

  SiteFile& file_;
  std::vector<SiteColumn> columns_;
  Years years_;
  std::vector<Row> rows_;
  std::vector<double> values_;  // row by row

  std::int64_t step_minutes_ = 60;
  bool has_leap_day_ = false;
  std::vector<std::int32_t> row_at_;  // by step of the file's calendar; below 0: none
  std::set<Gap> told_row_gaps_;       // refused already
};

}  // namespace tokenfab
