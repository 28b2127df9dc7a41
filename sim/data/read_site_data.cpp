// SPDX-License-Identifier: Apache-2.0
#include "sim/data/read_site_data.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "sim/core/errors.hpp"
#include "sim/data/calendar_csv.hpp"
#include "sim/data/carbon_series.hpp"
#include "sim/data/epw_weather.hpp"
#include "sim/data/nsrdb_weather.hpp"
#include "sim/data/open_meteo_weather.hpp"
#include "sim/data/open_trace.hpp"
#include "sim/data/own_tables.hpp"
#include "sim/data/price_series.hpp"
#include "sim/data/problems.hpp"
#include "sim/data/sha256.hpp"
#include "sim/data/urdb_rate.hpp"

namespace tokenfab {
namespace {

constexpr std::array formats{
    SiteFormat{DataKind::Weather, "csv", "month,day,hour,dry_bulb_degc,relative_humidity_pct,...",
               is_calendar_csv, read_weather_csv},
    SiteFormat{DataKind::Weather, "epw", "EnergyPlus weather file", is_epw, read_epw},
    SiteFormat{DataKind::Weather, "nsrdb", "National Solar Radiation Database, typical year",
               is_nsrdb, read_nsrdb},
    SiteFormat{DataKind::Weather, "open_meteo", "Open-Meteo hourly CSV", is_open_meteo,
               read_open_meteo},
    SiteFormat{DataKind::Price, "csv", "month,day,hour,price_usd_per_mwh", is_calendar_csv,
               read_price_csv},
    SiteFormat{DataKind::Price, "esios", "Spanish operator's indicators, EUR/MWh", is_esios_price,
               read_esios_price},
    SiteFormat{DataKind::Price, "market", "timestamp,region,price_per_mwh,currency,...",
               is_market_price, read_market_price},
    SiteFormat{DataKind::Price, "utc", "Datetime (UTC),...,Price (USD/MWh)", is_utc_price,
               read_utc_price},
    SiteFormat{DataKind::Carbon, "csv", "month,day,hour,g_per_kwh[,renewable_pct]", is_calendar_csv,
               read_carbon_csv},
    SiteFormat{DataKind::Carbon, "electricity_maps", "Electricity Maps hourly CSV",
               is_electricity_maps, read_electricity_maps},
    SiteFormat{DataKind::Carbon, "fuel_mix", "timestamp,WND,SUN,WAT,...,avg_CI", is_fuel_mix,
               read_fuel_mix},
    SiteFormat{DataKind::Fraction, "column", "one number a line, 8760 or 8784 hours",
               is_hourly_column, read_hourly_column},
    SiteFormat{DataKind::Fraction, "csv", "month,day,hour,fraction", is_calendar_csv,
               read_fraction_csv},
    SiteFormat{DataKind::UtilityRate, "urdb", "OpenEI Utility Rate Database, JSON", is_urdb,
               read_urdb},
};

const SiteFormat* find_format(DataKind kind, std::string_view name) {
  const auto found = std::find_if(formats.begin(), formats.end(), [&](const auto& format) {
    return format.kind == kind && format.name == name;
  });
  return found == formats.end() ? nullptr : &*found;
}

const SiteFormat& require_format(DataKind kind, std::string_view name, const std::string& file) {
  if (const auto* format = find_format(kind, name)) {
    return *format;
  }
  const auto names = site_data_formats(kind);
  throw ConfigError({problem_at(file, 0,
                                fmt::format("unknown {} format {}, expected auto or one of {}",
                                            name_of(kind), quote(name), fmt::join(names, ", ")),
                                did_you_mean(name, names))});
}

/// The one format of the kind that recognises the first line.
const SiteFormat& sniff(DataKind kind, const std::string& file, std::string_view first_line) {
  const SiteFormat* other = nullptr;
  for (const auto& format : formats) {
    if (format.recognises(first_line)) {
      if (format.kind == kind) {
        return format;
      }
      other = &format;
    }
  }
  const auto meant =
      other ? fmt::format("; it looks like {} data", name_of(other->kind)) : std::string();
  throw DataError(
      {problem_at(file, 1,
                  fmt::format("the first line {} is of no {} format{}", quote(first_line),
                              name_of(kind), meant),
                  fmt::format("known formats: {}", fmt::join(site_data_formats(kind), ", ")))});
}

}  // namespace

std::span<const SiteFormat> site_formats() { return formats; }

std::string_view name_of(DataKind kind) {
  switch (kind) {
    case DataKind::Weather:
      return "weather";
    case DataKind::Price:
      return "price";
    case DataKind::Carbon:
      return "carbon";
    case DataKind::Fraction:
      return "fraction";
    case DataKind::UtilityRate:
      return "utility rate";
  }
  return "";
}

std::vector<std::string_view> site_data_formats(DataKind kind) {
  std::vector<std::string_view> names;
  for (const auto& format : formats) {
    if (format.kind == kind) {
      names.push_back(format.name);
    }
  }
  return names;
}

SiteData read_site_data(const DataFile& file, const std::string& path,
                        const SiteReadOptions& options, std::vector<std::string>& warnings,
                        std::string* sha256) {
  Sha256 digest;
  auto data = read_site_data(file.kind, file.format, ByteStream(path, sha256 ? &digest : nullptr),
                             options, warnings);
  if (sha256) {
    *sha256 = digest.finish();
  }
  return data;
}

SiteData read_site_data(DataKind kind, std::string_view format, ByteStream stream,
                        const SiteReadOptions& options, std::vector<std::string>& warnings) {
  const SiteFormat* known =
      format == auto_format ? nullptr : &require_format(kind, format, stream.name());
  SiteFile file(std::move(stream), options, warnings);
  std::string_view line;
  if (!file.next(line)) {
    file.reject("the file is empty");
  }
  const std::string first_line(line);
  if (!known) {
    known = &sniff(kind, file.name(), first_line);
  }
  return known->read(file, first_line);
}

}  // namespace tokenfab
