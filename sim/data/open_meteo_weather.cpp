// SPDX-License-Identifier: Apache-2.0
#include "sim/data/open_meteo_weather.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "sim/data/annual_rows.hpp"
#include "sim/data/problems.hpp"
#include "sim/data/weather_columns.hpp"
#include "sim/data/year_clock.hpp"

namespace tokenfab {
namespace {

constexpr std::string_view service_header = "latitude,longitude,elevation,utc_offset_seconds";

/// A column as it may be called, and its unit against that of our own tables.
struct KnownColumn {
  std::string_view name;
  WeatherColumn quantity;
  double own_unit;  // one of the file's units in it
};
constexpr std::array known_columns{
    KnownColumn{"temp_c", dry_bulb, 1},
    KnownColumn{"temperature_2m (°C)", dry_bulb, 1},
    KnownColumn{"rh_pct", humidity, 1},
    KnownColumn{"relative_humidity_2m (%)", humidity, 1},
    KnownColumn{"relativehumidity_2m (%)", humidity, 1},
    KnownColumn{"pressure_hpa", pressure, 100},
    KnownColumn{"surface_pressure (hPa)", pressure, 100},
    KnownColumn{"cloud_pct", cloud_cover, 1},
    KnownColumn{"cloud_cover (%)", cloud_cover, 1},
    KnownColumn{"cloudcover (%)", cloud_cover, 1},
    KnownColumn{"wind_kmh", wind, 1 / 3.6},
    KnownColumn{"wind_speed_10m (km/h)", wind, 1 / 3.6},
    KnownColumn{"windspeed_10m (km/h)", wind, 1 / 3.6},
    KnownColumn{"wind_speed_10m (m/s)", wind, 1},
};

struct Place {
  WeatherTable table;
  double utc_offset_h = 0;
};

/// Sets what the file says of the place; `name` as in the '#' line or in the service's header.
void set_place(SiteFile& file, std::string_view name, std::string_view text, Place& place) {
  struct Known {
    std::string_view name;
    std::string_view service_name;
    double most;
    double* target;
    double unit;
  };
  const std::array<Known, 4> known{
      Known{"lat", "latitude", 90, &place.table.latitude_deg, 1},
      Known{"lon", "longitude", 180, &place.table.longitude_deg, 1},
      Known{"elevation_m", "elevation", 9999, &place.table.elevation_m, 1},
      Known{"utc_offset_s", "utc_offset_seconds", 14 * 3600, &place.utc_offset_h, 1.0 / 3600}};
  for (const auto& field : known) {
    if (name != field.name && name != field.service_name) {
      continue;
    }
    const auto value = parse_number(text);
    if (!value || std::abs(*value) > field.most) {
      file.refuse(fmt::format("{} is {}, expected a number from {} to {}", name, quote(text),
                              -field.most, field.most));
    }
    *field.target = value.value_or(0) * field.unit;
  }
}

Place read_comment(SiteFile& file, std::string_view line) {
  Place place;
  line.remove_prefix(1);
  while (!line.empty()) {
    const auto end = std::min(line.find(' '), line.size());
    const auto word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    const auto equals = word.find('=');
    if (equals != std::string_view::npos) {
      if (word.substr(0, equals) == "timezone") {
        place.table.place = word.substr(equals + 1);
      }
      set_place(file, word.substr(0, equals), word.substr(equals + 1), place);
    }
  }
  return place;
}

Place read_service_lines(SiteFile& file, std::string_view names) {
  Place place;
  SiteTable table(file, names, ',');
  if (!table.next()) {
    file.reject("the line with latitude, longitude, elevation and utc_offset_seconds is missing");
  }
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    if (table.columns()[i] == "timezone") {
      place.table.place = table.field(i);
    }
    set_place(file, table.columns()[i], table.field(i), place);
  }
  return place;
}

/// The table's column and unit of each quantity, by WeatherColumn.
struct FoundColumns {
  std::array<std::optional<std::size_t>, weather_columns> places;
  std::vector<SiteColumn> quantities = own_weather_columns();
};

FoundColumns find_columns(SiteFile& file, const SiteTable& table) {
  FoundColumns found;
  for (const auto& known : known_columns) {
    const auto place = table.find(known.name);
    if (!place || found.places[known.quantity]) {
      continue;
    }
    found.places[known.quantity] = place;
    auto& quantity = found.quantities[known.quantity];
    quantity.name = known.name;
    quantity.lowest /= known.own_unit;
    quantity.highest /= known.own_unit;
    quantity.to_si *= known.own_unit;
  }
  for (const auto quantity : {dry_bulb, humidity}) {
    if (!found.places[quantity]) {
      file.refuse(fmt::format("the column {} is missing",
                              quantity == dry_bulb ? "temp_c or temperature_2m (°C)"
                                                   : "rh_pct or relative_humidity_2m (%)"));
    }
  }
  file.faults().raise();
  return found;
}

bool next_filled_line(SiteFile& file, std::string_view& line) {
  while (file.next(line)) {
    if (line.find_first_not_of(" \t") != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool is_open_meteo(std::string_view first_line) {
  return (first_line.starts_with('#') &&
          first_line.find("utc_offset_s=") != std::string_view::npos) ||
         first_line.starts_with(service_header);
}

SiteData read_open_meteo(SiteFile& file, std::string_view first_line) {
  if (!is_open_meteo(first_line)) {
    file.reject("the first line does not tell the clock, expected # ... utc_offset_s=SECONDS ...");
  }
  auto place = first_line.starts_with('#') ? read_comment(file, first_line)
                                           : read_service_lines(file, first_line);
  std::string_view line;
  if (!next_filled_line(file, line)) {
    file.reject("the header of the table is missing");
  }
  SiteTable table(file, line, ',');
  const auto date_column = table.find("time_local_fixed_offset").value_or(0);
  const auto found = find_columns(file, table);
  AnnualRows rows(file, found.quantities, AnnualRows::Years::Told);
  std::array<double, weather_columns> values{};
  values.fill(std::numeric_limits<double>::quiet_NaN());
  while (table.next()) {
    const auto date = parse_civil_minute(table.field(date_column));
    if (!date || date->utc_offset_minutes) {
      file.refuse(fmt::format("{} is {}, expected YYYY-MM-DDTHH:MM on the clock of the first line",
                              table.columns()[date_column], quote(table.field(date_column))));
      continue;
    }
    for (std::size_t i = 0; i < weather_columns; ++i) {
      if (found.places[i]) {
        values[i] = table.value(*found.places[i], found.quantities[i]);
      }
    }
    rows.add(date->minute, values);
  }
  set_series(rows.align(place.utc_offset_h), place.table);
  return std::move(place.table);
}

}  // namespace tokenfab
