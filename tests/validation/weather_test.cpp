// SPDX-License-Identifier: Apache-2.0
// Psychrometrics against the dew points of real weather files, and made-up years against real ones
// of the same places.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include "models/weather/monthly_weather.hpp"
#include "models/weather/months.hpp"
#include "models/weather/psychrometrics.hpp"
#include "sim/data/fields.hpp"
#include "sim/data/line_reader.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/validation/measurements.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;
using namespace tokenfab::validation;

namespace {

struct Row {
  std::size_t month;  // 0: January
  double dry_bulb_degc;
  double dew_point_degc;
  double relative_humidity;
  double pressure_pa;
  double wet_bulb_degc;
};

double number(std::string_view field) {
  double value = 0;
  std::from_chars(field.data(), field.data() + field.size(), value);
  return value;
}

/// EnergyPlus weather: eight header lines, then rows of 35 fields.
std::vector<Row> read_epw(const std::string& name) {
  LineReader lines{ByteStream(measurements_path("weather/" + name))};
  std::vector<Row> rows;
  std::vector<std::string_view> fields(40);
  std::string_view line;
  while (lines.next(line)) {
    if (lines.line_number() <= 8) {
      continue;
    }
    REQUIRE(split_fields(line, fields) == 35);
    Row row{static_cast<std::size_t>(number(fields[1])) - 1,
            number(fields[6]),
            number(fields[7]),
            number(fields[8]) / 100,
            number(fields[9]),
            0};
    row.wet_bulb_degc =
        wet_bulb(Celsius(row.dry_bulb_degc), row.relative_humidity, row.pressure_pa).degrees();
    rows.push_back(row);
  }
  return rows;
}

/// Rows of time, dry bulb, relative humidity in percent, clouds, wind below two header lines.
std::vector<Row> read_open_meteo(const std::string& name, double elevation_m) {
  LineReader lines{ByteStream(measurements_path("weather/" + name))};
  std::vector<Row> rows;
  std::vector<std::string_view> fields(8);
  std::string_view line;
  while (lines.next(line)) {
    if (lines.line_number() <= 2) {
      continue;
    }
    REQUIRE(split_fields(line, fields) == 5);
    Row row{static_cast<std::size_t>(number(fields[0].substr(5, 2))) - 1,
            number(fields[1]),
            0,
            number(fields[2]) / 100,
            standard_pressure_pa(elevation_m),
            0};
    row.wet_bulb_degc =
        wet_bulb(Celsius(row.dry_bulb_degc), row.relative_humidity, row.pressure_pa).degrees();
    rows.push_back(row);
  }
  return rows;
}

std::vector<Row> made_up(const std::string& climate, double utc_offset_h, std::uint64_t seed) {
  MonthlyWeatherConfig config;
  config.climate = entry<ClimateConfig>("climates", climate);
  MonthlyWeather weather(config);
  SiteInputs inputs;
  inputs.utc_offset_h = utc_offset_h;
  inputs.seed = seed;
  inputs.path = "sites/test/weather";
  weather.open(inputs);
  std::vector<Row> rows;
  std::size_t step = 0;
  for (const auto& air : weather.year().steps()) {
    rows.push_back({month_of_day()[step++ / 24], air.dry_bulb.degrees(), 0, air.relative_humidity,
                    air.pressure_pa, air.wet_bulb.degrees()});
  }
  return rows;
}

double quantile(const std::vector<Row>& rows, double Row::*member, double q) {
  std::vector<double> values;
  for (const auto& row : rows) {
    values.push_back(row.*member);
  }
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

/// Largest difference of monthly means.
double monthly_error(const std::vector<Row>& a, const std::vector<Row>& b, double Row::*member) {
  const auto means = [&](const std::vector<Row>& rows) {
    ByMonth sums{};
    ByMonth counts{};
    for (const auto& row : rows) {
      sums[row.month] += row.*member;
      counts[row.month] += 1;
    }
    for (std::size_t month = 0; month < 12; ++month) {
      sums[month] /= counts[month];
    }
    return sums;
  };
  const auto first = means(a);
  const auto second = means(b);
  double worst = 0;
  for (std::size_t month = 0; month < 12; ++month) {
    worst = std::max(worst, std::abs(first[month] - second[month]));
  }
  return worst;
}

double share(const std::vector<Row>& rows, double Row::*member, double above) {
  const auto count =
      std::count_if(rows.begin(), rows.end(), [&](const auto& row) { return row.*member > above; });
  return 8760.0 * static_cast<double>(count) / static_cast<double>(rows.size());
}

struct Comparison {
  double dry_bulb_k;  // largest error of a monthly mean
  double wet_bulb_k;  // the same
  double quantile_k;  // largest error of wet bulb quantiles from 1 % to 99 %
  double warm_hours;  // error of the hours above 30 degC
};

Comparison compare(const std::string& climate, double utc_offset_h, const std::vector<Row>& real) {
  Comparison worst{};
  fmt::print("{:<10} {:>4} {:>8} {:>8} {:>14} {:>26} {:>26}\n", "", "seed", "dry K", "wet K",
             "h above 30", "dry bulb 1/50/99 %", "wet bulb 1/50/99 %");
  const auto quantiles = [](const std::vector<Row>& rows, double Row::*member) {
    return fmt::format("{:6.1f} {:6.1f} {:6.1f}", quantile(rows, member, 0.01),
                       quantile(rows, member, 0.5), quantile(rows, member, 0.99));
  };
  const double warm = share(real, &Row::dry_bulb_degc, 30);
  fmt::print("{:<10} {:>4} {:>8} {:>8} {:>14.0f} {:>26} {:>26}\n", climate, "real", "", "", warm,
             quantiles(real, &Row::dry_bulb_degc), quantiles(real, &Row::wet_bulb_degc));
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto rows = made_up(climate, utc_offset_h, seed);
    const double dry = monthly_error(rows, real, &Row::dry_bulb_degc);
    const double wet = monthly_error(rows, real, &Row::wet_bulb_degc);
    const double hours = share(rows, &Row::dry_bulb_degc, 30);
    fmt::print("{:<10} {:>4} {:>8.2f} {:>8.2f} {:>14.0f} {:>26} {:>26}\n", climate, seed, dry, wet,
               hours, quantiles(rows, &Row::dry_bulb_degc), quantiles(rows, &Row::wet_bulb_degc));
    worst.dry_bulb_k = std::max(worst.dry_bulb_k, dry);
    worst.wet_bulb_k = std::max(worst.wet_bulb_k, wet);
    worst.warm_hours = std::max(worst.warm_hours, std::abs(hours - warm));
    for (double q = 0.01; q < 0.995; q += 0.07) {
      worst.quantile_k =
          std::max(worst.quantile_k, std::abs(quantile(rows, &Row::wet_bulb_degc, q) -
                                              quantile(real, &Row::wet_bulb_degc, q)));
    }
  }
  return worst;
}

}  // namespace

TEST_CASE("validation: humidity and dew point of weather files agree") {
  for (const char* name : {"CHN_Shanghai-Hongqiao_TMYx.epw.gz", "USA_GA_Atlanta.epw.gz",
                           "USA_IL_Chicago-OHare_TMY3.epw.gz"}) {
    // Humidity is in whole percents. Where months of different years were joined, and in some
    // frosty nights of the TMYx files, the two columns of the file contradict each other.
    std::vector<double> dew_errors;
    std::vector<double> wet_errors;
    for (const auto& row : read_epw(name)) {
      const Celsius dry(row.dry_bulb_degc);
      const double vapour = row.relative_humidity * water_saturation_pa(dry);
      dew_errors.push_back(std::abs(dew_point(vapour).degrees() - row.dew_point_degc));
      const double of_dew = water_saturation_pa(Celsius(row.dew_point_degc));
      const auto wet =
          wet_bulb_of_humidity_ratio(dry, humidity_ratio(of_dew, row.pressure_pa), row.pressure_pa);
      wet_errors.push_back(std::abs(wet.degrees() - row.wet_bulb_degc));
    }
    std::sort(dew_errors.begin(), dew_errors.end());
    std::sort(wet_errors.begin(), wet_errors.end());
    const auto median = dew_errors.size() / 2;
    const auto p90 = dew_errors.size() * 9 / 10;
    fmt::print("{:<36} dew point median {:.3f} K, 90 % {:.3f} K; wet bulb {:.3f} K, {:.3f} K\n",
               name, dew_errors[median], dew_errors[p90], wet_errors[median], wet_errors[p90]);
    REQUIRE(dew_errors[median] < 0.1);
    REQUIRE(wet_errors[median] < 0.1);
    REQUIRE(wet_errors[p90] < 0.2);
  }
}

TEST_CASE("validation: made-up years of Shanghai, Chicago and Singapore against real ones") {
  const auto shanghai = compare("shanghai", 8, read_epw("CHN_Shanghai-Hongqiao_TMYx.epw.gz"));
  const auto chicago = compare("chicago", -6, read_epw("USA_IL_Chicago-OHare_TMY3.epw.gz"));
  // Normals of 30 years against the year 2024 on ERA5's grid, half of it sea.
  const auto singapore =
      compare("singapore", 8, read_open_meteo("SGP_Singapore_2024_openmeteo.csv.gz", 19));
  for (const auto& place : {shanghai, chicago}) {
    REQUIRE(place.dry_bulb_k < 0.2);
    REQUIRE(place.wet_bulb_k < 0.6);
    REQUIRE(place.quantile_k < 3.5);
    REQUIRE(place.warm_hours < 250);
  }
  REQUIRE(singapore.dry_bulb_k < 1.5);
  REQUIRE(singapore.wet_bulb_k < 1.5);
}
