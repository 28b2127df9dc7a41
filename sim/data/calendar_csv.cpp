// SPDX-License-Identifier: Apache-2.0
#include "sim/data/calendar_csv.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "sim/data/annual_rows.hpp"
#include "sim/data/fields.hpp"
#include "sim/data/problems.hpp"
#include "sim/data/year_clock.hpp"

namespace tokenfab {
namespace {

constexpr std::array<std::string_view, 4> date_columns{"month", "day", "hour", "minute"};
constexpr std::size_t required_dates = 3;

/// Every column known, none there twice, all that are needed there.
void check_header(SiteFile& file, const SiteTable& table, const std::vector<SiteColumn>& columns) {
  std::vector<std::string_view> known(date_columns.begin(), date_columns.end());
  std::vector<std::string_view> needed(date_columns.begin(), date_columns.begin() + required_dates);
  for (const auto& column : columns) {
    known.push_back(column.name);
    if (column.is_required) {
      needed.push_back(column.name);
    }
  }
  for (const auto& name : table.columns()) {
    const auto count = std::count(table.columns().begin(), table.columns().end(), name);
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      file.refuse(
          fmt::format("unknown column {}, expected {}", quote(name), fmt::join(known, ", ")),
          did_you_mean(name, known));
    } else if (count > 1) {
      file.reject(fmt::format("the column {} is there {} times", name, count));
    }
  }
  for (const auto name : needed) {
    if (!table.find(name)) {
      file.refuse(fmt::format("the column {} is missing", name));
    }
  }
  file.faults().raise();
}

class DateFields {
 public:
  explicit DateFields(const SiteTable& table) : table_(table) {
    for (std::size_t i = 0; i < date_columns.size(); ++i) {
      columns_[i] = table.find(date_columns[i]);
    }
  }

  /// Minutes since 1970, as if of the year 2000.
  std::optional<std::int64_t> read() const {
    std::array<int, date_columns.size()> parts{};
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!columns_[i]) {
        continue;
      }
      const auto part = parse_whole(table_.field(*columns_[i]), 99);
      if (!part) {
        return std::nullopt;
      }
      parts[i] = static_cast<int>(*part);
    }
    return minute_of_2000(parts[0], parts[1], parts[2], parts[3]);
  }

 private:
  const SiteTable& table_;
  std::array<std::optional<std::size_t>, date_columns.size()> columns_;
};

}  // namespace

bool is_calendar_csv(std::string_view first_line) {
  return has_column(first_line, "month") && has_column(first_line, "day") &&
         has_column(first_line, "hour");
}

std::vector<AnnualSeries> read_calendar_csv(SiteFile& file, std::string_view header,
                                            std::vector<SiteColumn> columns) {
  SiteTable table(file, header, ',');
  check_header(file, table, columns);
  std::vector<std::optional<std::size_t>> places;
  for (const auto& column : columns) {
    places.push_back(table.find(column.name));
  }
  const DateFields dates(table);
  AnnualRows rows(file, columns, AnnualRows::Years::Left);
  std::vector<double> values(columns.size(), std::numeric_limits<double>::quiet_NaN());
  while (table.next()) {
    const auto minute = dates.read();
    if (!minute) {
      file.refuse("month, day, hour and minute are no date, expected hours from 0 to 23");
      continue;
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (places[i]) {
        values[i] = table.value(*places[i], columns[i]);
      }
    }
    rows.add(*minute, values);
  }
  return rows.align(file.options.utc_offset_h);
}

}  // namespace tokenfab
