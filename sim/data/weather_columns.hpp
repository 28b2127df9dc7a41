// SPDX-License-Identifier: Apache-2.0
// The quantities of a weather file, with what the air of the earth allows, and the table made of
// their series. Bounds: those of EPW where it has some (EnergyPlus, Auxiliary Programs, EPW Data
// Dictionary: pressure 31000 to 120000 Pa); else just beyond the records of the WMO archive of
// weather extremes (-89.2 and 56.7 degC, a gust of 113.3 m/s). Irradiance stays below 2000 W/m2
// even under broken clouds (Estimate: 1.5 times the solar constant of 1361 W/m2).
#pragma once

#include <utility>
#include <vector>

#include "sim/api/site_data.hpp"
#include "sim/data/site_table.hpp"

namespace tokenfab {

enum WeatherColumn : std::size_t {
  dry_bulb,
  humidity,
  pressure,
  irradiance,
  cloud_cover,
  wind,
  weather_columns
};

inline std::vector<SiteColumn> own_weather_columns() {
  return {
      {.name = "dry_bulb_degc", .lowest = -95, .highest = 65},
      {.name = "relative_humidity_pct", .lowest = 0, .highest = 100, .to_si = 0.01},
      {.name = "pressure_pa", .lowest = 31000, .highest = 120000, .is_required = false},
      {.name = "irradiance_w_m2", .lowest = 0, .highest = 2000, .is_required = false},
      {.name = "cloud_cover_pct", .lowest = 0, .highest = 100, .to_si = 0.01, .is_required = false},
      {.name = "wind_m_s", .lowest = 0, .highest = 120, .is_required = false}};
}

/// Puts series in the order of WeatherColumn into the table.
inline void set_series(std::vector<AnnualSeries> series, WeatherTable& table) {
  table.dry_bulb_degc = std::move(series[dry_bulb]);
  table.relative_humidity = std::move(series[humidity]);
  table.pressure_pa = std::move(series[pressure]);
  table.irradiance_w_m2 = std::move(series[irradiance]);
  table.cloud_cover = std::move(series[cloud_cover]);
  table.wind_m_s = std::move(series[wind]);
}

}  // namespace tokenfab
