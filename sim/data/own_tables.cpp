// SPDX-License-Identifier: Apache-2.0
#include "sim/data/own_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "sim/data/annual_rows.hpp"
#include "sim/data/calendar_csv.hpp"
#include "sim/data/energy_columns.hpp"
#include "sim/data/problems.hpp"
#include "sim/data/weather_columns.hpp"
#include "sim/data/year_clock.hpp"

namespace tokenfab {
namespace {

struct PriceName {
  std::string name;
  std::string currency;
  double joules = 0;
};

/// Of the form price_cny_per_kwh; joules is 0 if it is not.
PriceName parse_price_name(const std::string& name) {
  constexpr std::string_view form = "price_xxx_per_kwh";
  PriceName result{name, {}, 0};
  const bool is_kwh = name.ends_with("_per_kwh");
  const std::string_view letters = std::string_view(name).substr(0, 9);
  if (name.size() != form.size() || !name.starts_with("price_") ||
      !(is_kwh || name.ends_with("_per_mwh")) ||
      !std::all_of(letters.begin() + 6, letters.end(),
                   [](char c) { return c >= 'a' && c <= 'z'; })) {
    return result;
  }
  for (const char c : letters.substr(6)) {
    result.currency += static_cast<char>(c - 'a' + 'A');
  }
  result.joules = is_kwh ? joules_per_kwh : joules_per_mwh;
  return result;
}

/// The unit and currency of prices are told by the name of their column.
PriceName find_price_name(SiteFile& file, std::string_view header) {
  const SiteTable table(file, header, ',');
  for (const auto& name : table.columns()) {
    const auto price = parse_price_name(name);
    if (price.joules > 0) {
      return price;
    }
    if (name.starts_with("price")) {
      file.reject(fmt::format("the column {} does not tell currency and unit", quote(name)),
                  "expected price_usd_per_mwh or price_cny_per_kwh, say");
    }
  }
  file.reject("no column of prices", "expected month,day,hour,price_usd_per_mwh");
}

}  // namespace

SiteData read_weather_csv(SiteFile& file, std::string_view header) {
  WeatherTable table;
  set_series(read_calendar_csv(file, header, own_weather_columns()), table);
  return table;
}

SiteData read_price_csv(SiteFile& file, std::string_view header) {
  const auto price = find_price_name(file, header);
  const double usd = file.usd_per(price.currency);
  return std::move(
      read_calendar_csv(file, header, {price_column(price.name, usd, price.joules)}).front());
}

SiteData read_carbon_csv(SiteFile& file, std::string_view header) {
  auto series =
      read_calendar_csv(file, header, {carbon_column("g_per_kwh"), share_column("renewable_pct")});
  CarbonTable table;
  table.direct_kg_per_j = std::move(series[0]);
  table.renewable_share = std::move(series[1]);
  return table;
}

SiteData read_fraction_csv(SiteFile& file, std::string_view header) {
  return std::move(
      read_calendar_csv(file, header, {{.name = "fraction", .lowest = 0, .highest = 1}}).front());
}

bool is_hourly_column(std::string_view first_line) {
  return !first_line.empty() && first_line.find_first_of(",;\t{[<#") == std::string_view::npos;
}

SiteData read_hourly_column(SiteFile& file, std::string_view first_line) {
  constexpr std::size_t max_rows = minutes_per_leap_year;
  const bool has_header = !parse_number(first_line);
  const SiteColumn column{
      .name = has_header ? "the row" : "the first column", .lowest = 0, .highest = 1};
  std::vector<double> values;
  std::size_t blank_lines = 0;
  const auto take = [&](std::string_view line) {
    const double value = site_value(file, line, column);
    if (std::isnan(value)) {
      ++blank_lines;
      return;
    }
    if (blank_lines > 0) {
      file.refuse(
          fmt::format("{} blank lines before this row, expected a number in each", blank_lines));
      blank_lines = 0;
    }
    values.push_back(value);
  };
  if (!has_header) {
    take(first_line);
  }
  for (std::string_view line; values.size() < max_rows && file.next(line);) {
    take(line);
  }
  const auto steps = [&](std::size_t hours) {
    const std::size_t parts = values.size() / hours;
    return values.size() % hours == 0 && parts > 0 && 60 % parts == 0 ? parts : 0;
  };
  const bool has_leap_day = steps(8784) > 0;
  const auto per_hour = static_cast<std::int64_t>(has_leap_day ? steps(8784) : steps(8760));
  if (per_hour == 0) {
    file.reject(
        fmt::format("{} rows, expected 8760 or 8784 (one an hour) or 2, 3, 4, 5, 6, 10 "
                    "... times as many",
                    values.size()));
  }
  AnnualRows rows(file, {column}, AnnualRows::Years::Left);
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto minute = static_cast<std::int64_t>(i) * 60 / per_hour;
    minute += !has_leap_day && minute >= leap_day_start ? minutes_per_day : 0;
    rows.add(*minute_of_2000(1, 1, 0, 0) + minute, {&values[i], 1});
  }
  return std::move(rows.align(file.options.utc_offset_h).front());
}

}  // namespace tokenfab
