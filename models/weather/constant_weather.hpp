// SPDX-License-Identifier: Apache-2.0
// The same air at all times, unless the scenario puts offsets on it: the simple twin of the others.
#pragma once

#include <optional>

#include "models/weather/weather_year.hpp"

namespace tokenfab {

struct ConstantWeatherConfig : WeatherOffsets {
  Celsius dry_bulb{20};
  std::optional<double> relative_humidity;
  std::optional<Celsius> wet_bulb;
  double elevation_m = 0;
  std::optional<double> pressure_pa;
  double irradiance_w_m2 = 0;
  double wind_m_s = 0;
  double latitude_deg = 0;
  double longitude_deg = 0;
  static void describe(Describe<ConstantWeatherConfig>& d);
};

class ConstantWeather : public WeatherModel {
 public:
  /// Throws std::invalid_argument: both humidities or pressures, a wet bulb that no air has.
  explicit ConstantWeather(const ConstantWeatherConfig& config);

  void open(const SiteInputs& inputs) override;
  Weather at(Instant date) const override { return year_.empty() ? weather_ : year_.at(date); }
  std::optional<Instant> holds_until(Instant date) const override;
  double latitude_deg() const override { return config_.latitude_deg; }
  double longitude_deg() const override { return config_.longitude_deg; }

 private:
  ConstantWeatherConfig config_;
  Weather weather_;
  WeatherYear year_;  // empty without offsets
};

}  // namespace tokenfab
