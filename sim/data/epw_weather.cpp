// SPDX-License-Identifier: Apache-2.0
#include "sim/data/epw_weather.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "sim/data/annual_rows.hpp"
#include "sim/data/fields.hpp"
#include "sim/data/problems.hpp"
#include "sim/data/weather_columns.hpp"
#include "sim/data/year_clock.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t row_fields = 35;
constexpr std::size_t least_row_fields = 23;  // up to total sky cover; some writers stop early
enum HeaderField : std::size_t { city = 1, latitude = 6, longitude, time_zone, elevation };
enum RowField : std::size_t { month = 1, day, hour };
constexpr std::array<std::size_t, weather_columns> value_fields{6, 8, 9, 13, 22, 21};

/// Missing values as the data dictionary gives them. Sky cover is in tenths; relative humidity may
/// reach 110 % in the format.
std::vector<SiteColumn> epw_columns() {
  auto columns = own_weather_columns();
  columns[dry_bulb].missing_from = 99.9;
  columns[humidity].highest = 110;
  columns[humidity].missing_from = 999;
  columns[pressure].missing_from = 999999;
  columns[irradiance].missing_from = 9999;
  columns[cloud_cover] = {.name = "total sky cover",
                          .lowest = 0,
                          .highest = 10,
                          .to_si = 0.1,
                          .is_required = false,
                          .missing_from = 99};
  columns[wind].missing_from = 999;
  return columns;
}

struct Header {
  WeatherTable table;
  double utc_offset_h = 0;
  std::uint32_t rows_per_hour = 1;
};

double header_number(SiteFile& file, std::string_view text, std::string_view name, double most) {
  const auto value = parse_number(text);
  if (!value || std::abs(*value) > most) {
    file.refuse(fmt::format("the {} in the LOCATION line is {}, expected a number from {} to {}",
                            name, quote(text), -most, most));
  }
  return value.value_or(0);
}

/// `DATA PERIODS,number of periods,rows an hour,...`
std::uint32_t rows_per_hour_of(SiteFile& file, std::string_view line) {
  std::array<std::string_view, 3> fields;
  const auto count = split_fields(line, fields);
  const auto rows = count >= fields.size() ? parse_whole(fields[2], 60) : std::nullopt;
  if (!rows || *rows == 0 || 60 % *rows != 0) {
    file.refuse(fmt::format("{} gives no number of rows an hour that divides 60", quote(line)));
    return 1;
  }
  return *rows;
}

Header read_header(SiteFile& file, std::string_view line) {
  std::array<std::string_view, elevation + 1> fields;
  if (split_fields(line, fields) < fields.size()) {
    file.reject(
        "the LOCATION line is short, expected LOCATION,city,state,country,source,WMO,"
        "latitude,longitude,time zone,elevation");
  }
  Header header;
  header.table.place = fields[city];
  header.table.latitude_deg = header_number(file, fields[latitude], "latitude", 90);
  header.table.longitude_deg = header_number(file, fields[longitude], "longitude", 180);
  header.utc_offset_h = header_number(file, fields[time_zone], "time zone", 14);
  header.table.elevation_m = header_number(file, fields[elevation], "elevation", 9999.9);
  constexpr int header_lines_max = 64;  // COMMENTS may be repeated; eight lines are usual
  for (int i = 0; i < header_lines_max && file.next(line); ++i) {
    if (line.starts_with("DATA PERIODS")) {
      header.rows_per_hour = rows_per_hour_of(file, line);
      return header;
    }
  }
  file.reject("the DATA PERIODS line is missing, expected eight header lines");
}

/// Dates of rows. The minute field of hourly files holds 0, 30 or 60 and says nothing; where there
/// are several rows an hour, their order tells.
class RowDates {
 public:
  explicit RowDates(std::uint32_t rows_per_hour) : rows_per_hour_(rows_per_hour) {}

  std::optional<std::int64_t> read(std::span<const std::string_view> fields) {
    const auto parsed_month = parse_whole(fields[month], 12);
    const auto parsed_day = parse_whole(fields[day], 31);
    const auto parsed_hour = parse_whole(fields[hour], 24);
    if (!parsed_month || !parsed_day || !parsed_hour || *parsed_hour == 0) {
      return std::nullopt;
    }
    const auto start =
        minute_of_2000(static_cast<int>(*parsed_month), static_cast<int>(*parsed_day),
                       static_cast<int>(*parsed_hour) - 1, 0);
    if (!start) {
      return std::nullopt;
    }
    rows_of_hour_ = start == hour_ ? rows_of_hour_ + 1 : 0;
    hour_ = start;
    const auto nth = std::min(rows_of_hour_, rows_per_hour_ - 1);  // one too many: told by its date
    return *start + nth * (60 / rows_per_hour_);
  }

 private:
  std::uint32_t rows_per_hour_;
  std::optional<std::int64_t> hour_;
  std::uint32_t rows_of_hour_ = 0;
};

}  // namespace

bool is_epw(std::string_view first_line) { return first_line.starts_with("LOCATION,"); }

SiteData read_epw(SiteFile& file, std::string_view first_line) {
  auto header = read_header(file, first_line);
  file.faults().raise();
  const auto columns = epw_columns();
  AnnualRows rows(file, columns, AnnualRows::Years::Left);
  RowDates dates(header.rows_per_hour);
  std::array<std::string_view, row_fields> fields;
  std::array<double, weather_columns> values{};
  std::size_t oversaturated = 0;
  for (std::string_view line; file.next(line);) {
    if (line.find_first_not_of(" \t") == std::string_view::npos) {
      continue;
    }
    const auto count = split_fields(line, fields);
    if (count < least_row_fields || count > row_fields) {
      file.refuse(fmt::format("the row has {} fields, expected {}", count, row_fields));
      continue;
    }
    const auto minute = dates.read(fields);
    if (!minute) {
      file.refuse(
          fmt::format("month, day and hour are {}, {}, {}, expected a date and an hour "
                      "from 1 to 24",
                      quote(fields[month]), quote(fields[day]), quote(fields[hour])));
      continue;
    }
    for (std::size_t i = 0; i < weather_columns; ++i) {
      values[i] = site_value(file, fields[value_fields[i]], columns[i]);
    }
    if (values[humidity] > 1) {
      values[humidity] = 1;
      ++oversaturated;
    }
    rows.add(*minute, values);
  }
  set_series(rows.align(header.utc_offset_h), header.table);
  if (oversaturated > 0) {
    file.warn(0, fmt::format("{} rows have a relative humidity above 100 %, taken as 100 %",
                             oversaturated));
  }
  return std::move(header.table);
}

}  // namespace tokenfab
