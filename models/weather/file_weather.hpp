// SPDX-License-Identifier: Apache-2.0
// Weather of a file (EPW, CSV). The file's rows count by month, day and hour, whatever the year.
#pragma once

#include <string>

#include "models/weather/weather_year.hpp"

namespace tokenfab {

struct FileWeatherConfig : WeatherOffsets {
  std::string path;
  std::string format = "auto";
  Seconds fill_gaps{0};
  static void describe(Describe<FileWeatherConfig>& d);
};

class FileWeather : public WeatherModel {
 public:
  explicit FileWeather(const FileWeatherConfig& config) : config_(config) {}

  std::optional<DataFile> data_file() const override {
    return DataFile{DataKind::Weather, config_.path, config_.format, config_.fill_gaps.si() / 3600};
  }
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
