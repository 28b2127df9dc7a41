// SPDX-License-Identifier: Apache-2.0
#include "sim/data/nsrdb_weather.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "sim/data/annual_rows.hpp"
#include "sim/data/fields.hpp"
#include "sim/data/problems.hpp"
#include "sim/data/weather_columns.hpp"
#include "sim/data/year_clock.hpp"

namespace tokenfab {
namespace {

struct Metadata {
  WeatherTable table;
  double utc_offset_h = 0;
};

/// The rows are on the clock of "Local Time Zone".
Metadata read_metadata(SiteFile& file, std::string_view names) {
  SiteTable table(file, names, ',');
  if (!table.next()) {
    file.reject("the second line of metadata is missing");
  }
  const auto number = [&](std::string_view name, double most) {
    return table.value(table.require(name), {.name = name, .lowest = -most, .highest = most});
  };
  Metadata metadata;
  metadata.table.place = fmt::format("NSRDB {}", table.field(table.require("Location ID")));
  metadata.table.latitude_deg = number("Latitude", 90);
  metadata.table.longitude_deg = number("Longitude", 180);
  metadata.table.elevation_m = number("Elevation", 9999);
  metadata.utc_offset_h = number("Local Time Zone", 14);
  const std::array units{std::pair("Temperature Units", "c"), std::pair("Pressure Units", "mbar"),
                         std::pair("GHI Units", "w/m2"), std::pair("Wind Speed", "m/s")};
  for (const auto& [name, unit] : units) {
    const auto column = table.find(name);
    if (column && table.field(*column) != unit) {
      file.refuse(fmt::format("{} is {}, expected {}", name, quote(table.field(*column)), unit));
    }
  }
  file.faults().raise();
  return metadata;
}

struct Columns {
  std::array<std::optional<std::size_t>, weather_columns> places;
  std::optional<std::size_t> dew_point;
  std::array<std::size_t, 4> date{};  // month, day, hour, minute
  std::vector<SiteColumn> quantities = own_weather_columns();
};

Columns find_columns(const SiteTable& table) {
  Columns columns;
  const std::array<std::string_view, 4> dates{"Month", "Day", "Hour", "Minute"};
  for (std::size_t i = 0; i < dates.size(); ++i) {
    columns.date[i] = table.require(dates[i]);
  }
  const auto set = [&](WeatherColumn quantity, std::string_view name, double own_unit) {
    columns.places[quantity] = table.find(name);
    auto& column = columns.quantities[quantity];
    column.name = name;
    column.lowest /= own_unit;
    column.highest /= own_unit;
    column.to_si *= own_unit;
  };
  set(dry_bulb, "Temperature", 1);
  set(humidity, "Relative Humidity", 1);
  set(pressure, "Pressure", 100);
  set(irradiance, "GHI", 1);
  set(wind, "Wind Speed", 1);
  table.require("Temperature");
  if (!columns.places[humidity]) {
    columns.dew_point = table.require("Dew Point");
  }
  return columns;
}

/// Magnus form of the saturation vapour pressure over water with the coefficients of WMO-No. 8
/// (2018), annex 4.B: 6.112 hPa x exp(17.62 t / (243.12 + t)). Dew point and temperature of some
/// sets are rounded to degrees, so the dew point may lie above.
double humidity_of(double dry_bulb_degc, double dew_point_degc) {
  const auto exponent = [](double t) { return 17.62 * t / (243.12 + t); };
  return std::min(1.0, std::exp(exponent(dew_point_degc) - exponent(dry_bulb_degc)));
}

std::optional<std::int64_t> date_of(const SiteTable& table, const Columns& columns) {
  std::array<int, 4> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto part = parse_whole(table.field(columns.date[i]), 99);
    if (!part) {
      return std::nullopt;
    }
    parts[i] = static_cast<int>(*part);
  }
  return minute_of_2000(parts[0], parts[1], parts[2], parts[3]);
}

}  // namespace

bool is_nsrdb(std::string_view first_line) { return first_line.starts_with("Source,Location ID,"); }

SiteData read_nsrdb(SiteFile& file, std::string_view first_line) {
  auto metadata = read_metadata(file, first_line);
  std::string_view header;
  if (!file.next(header)) {
    file.reject("the header of the table is missing");
  }
  SiteTable table(file, header, ',');
  const auto columns = find_columns(table);
  const SiteColumn dew_point{.name = "Dew Point", .lowest = -95, .highest = 65};
  AnnualRows rows(file, columns.quantities, AnnualRows::Years::Left);
  std::array<double, weather_columns> values{};
  values.fill(std::numeric_limits<double>::quiet_NaN());
  while (table.next()) {
    const auto minute = date_of(table, columns);
    if (!minute) {
      file.refuse("Month, Day, Hour and Minute are no date, expected hours from 0 to 23");
      continue;
    }
    for (std::size_t i = 0; i < weather_columns; ++i) {
      if (columns.places[i]) {
        values[i] = table.value(*columns.places[i], columns.quantities[i]);
      }
    }
    if (columns.dew_point) {
      values[humidity] = humidity_of(values[dry_bulb], table.value(*columns.dew_point, dew_point));
    }
    rows.add(*minute, values);
  }
  set_series(rows.align(metadata.utc_offset_h), metadata.table);
  return std::move(metadata.table);
}

}  // namespace tokenfab
