// SPDX-License-Identifier: Apache-2.0
// What a weather service publishes about a place: monthly statistics. models/data/climates.json has
// some, with their sources.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "models/weather/months.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct ClimateConfig {
  std::string name;
  double latitude_deg = 0;
  double longitude_deg = 0;
  double elevation_m = 0;
  std::map<std::string, double> dry_bulb_mean_degc;  // empty: middle of max and min
  std::map<std::string, double> dry_bulb_max_degc;
  std::map<std::string, double> dry_bulb_min_degc;
  std::map<std::string, double> dry_bulb_deviation_k;
  double dry_bulb_correlation = 0.67;
  std::map<std::string, double> relative_humidity;
  std::map<std::string, double> irradiance_kwh_m2_day;
  std::map<std::string, double> wind_m_s;
  static void describe(Describe<ClimateConfig>& d);
};

/// The same, month by month in order.
struct Climate {
  ByMonth mean_degc;
  ByMonth range_k;  // mean of a day's highest minus its lowest
  ByMonth deviation_k;
  ByMonth relative_humidity;
  ByMonth irradiance_kwh_m2_day;
  ByMonth wind_m_s;
};

/// Throws std::invalid_argument for months that are missing, and for statistics that contradict
/// each other.
Climate climate_of(const ClimateConfig& config);

}  // namespace tokenfab
