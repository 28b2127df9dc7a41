// SPDX-License-Identifier: Apache-2.0
// Weather of a file (EPW, CSV). The file's rows count by month, day and hour, whatever the year.
#pragma once

#include "models/weather/weather_year.hpp"
#include "sim/api/data_file_config.hpp"

namespace tokenfab {

struct FileWeatherConfig : DataFileConfig, WeatherOffsets {
  static void describe(Describe<FileWeatherConfig>& d);
};

class FileWeather : public WeatherModel {
 public:
  explicit FileWeather(const FileWeatherConfig& config) : config_(config) {}

  std::optional<DataFile> data_file() const override { return config_.file(DataKind::Weather); }
  void open(const SiteInputs& inputs) override;
  Weather at(Instant date) const override { return year_.at(date); }
  std::optional<Instant> holds_until(Instant date) const override {
    return year_.holds_until(date);
  }
  double latitude_deg() const override { return latitude_deg_; }
  double longitude_deg() const override { return longitude_deg_; }

 private:
  FileWeatherConfig config_;
  WeatherYear year_;
  double latitude_deg_ = 0;
  double longitude_deg_ = 0;
};

}  // namespace tokenfab
