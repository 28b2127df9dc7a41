// SPDX-License-Identifier: Apache-2.0
// Files that models of a site read (weather, prices, carbon, tariffs, load), as they are handed to
// them: typed, checked, on the site's wall clock.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "sim/api/annual_series.hpp"
#include "sim/api/utility_rate.hpp"

namespace tokenfab {

/// What a file is about; decides which formats it may have and what it becomes.
enum class DataKind {
  Weather,     // WeatherTable
  Price,       // AnnualSeries, USD/J (files in other currencies are converted)
  Carbon,      // CarbonTable
  Fraction,    // AnnualSeries of shares from 0 to 1: output of a wind park, utilization
  UtilityRate  // UtilityRate
};

struct DataFile {
  DataKind kind = DataKind::Fraction;
  std::string path;
  std::string format = "auto";  // "auto": told by the file's head
  double fill_gaps_h = 0;       // gaps up to so long are filled linearly
};

/// Empty series: the file does not tell.
struct WeatherTable {
  std::string place;
  double latitude_deg = 0;
  double longitude_deg = 0;  // east positive
  double elevation_m = 0;
  AnnualSeries dry_bulb_degc;
  AnnualSeries relative_humidity;  // 0 to 1
  AnnualSeries pressure_pa;
  AnnualSeries irradiance_w_m2;  // global horizontal, mean of the step
  AnnualSeries cloud_cover;      // 0 to 1
  AnnualSeries wind_m_s;
};

struct CarbonTable {
  AnnualSeries direct_kg_per_j;      // operational
  AnnualSeries life_cycle_kg_per_j;  // with construction and fuel supply
  AnnualSeries renewable_share;      // 0 to 1
};

using SiteData = std::variant<std::monostate, WeatherTable, AnnualSeries, CarbonTable, UtilityRate>;

/// What a model of a site may use besides its configuration.
struct SiteInputs {
  Calendar calendar;        // the site's wall clock
  double utc_offset_h = 0;  // of that clock, east positive
  std::uint64_t seed = 0;   // of the run; generators draw from it
  std::string path;         // of the model within the scenario: names its random streams
  SiteData data;            // of data_file(), if it named one
};

/// A model that belongs to a site: told once, before its first use, where and when it is.
class SiteModel {
 public:
  virtual ~SiteModel() = default;
  /// The file it reads, if any; asked before open().
  virtual std::optional<DataFile> data_file() const { return std::nullopt; }
  virtual void open(const SiteInputs& inputs) { static_cast<void>(inputs); }
};

/// Opens a model that is part of a larger one: hands it its inputs, its own data file read. `key`
/// is where it stands within the larger one's configuration, such as "solar".
using OpenSiteModel = std::function<void(SiteModel& model, const std::string& key)>;

}  // namespace tokenfab
