// SPDX-License-Identifier: Apache-2.0
// A made-up year of weather with the monthly statistics of a place (weather_generator.hpp).
#pragma once

#include "models/weather/climate.hpp"
#include "models/weather/weather_year.hpp"

namespace tokenfab {

struct MonthlyWeatherConfig : WeatherOffsets {
  ClimateConfig climate;
  static void describe(Describe<MonthlyWeatherConfig>& d);
};

class MonthlyWeather : public WeatherModel {
 public:
  explicit MonthlyWeather(const MonthlyWeatherConfig& config) : config_(config) {}

  /// Throws std::invalid_argument as generate_weather() and WeatherYear.
  void open(const SiteInputs& inputs) override;
  Weather at(Instant date) const override { return year_.at(date); }
  std::optional<Instant> holds_until(Instant date) const override {
    return year_.holds_until(date);
  }
  double latitude_deg() const override { return config_.climate.latitude_deg; }
  double longitude_deg() const override { return config_.climate.longitude_deg; }
  const WeatherYear& year() const { return year_; }

 private:
  MonthlyWeatherConfig config_;
  WeatherYear year_;
};

}  // namespace tokenfab
