// SPDX-License-Identifier: Apache-2.0
#include "models/weather/file_weather.hpp"

namespace tokenfab {

void FileWeatherConfig::describe(Describe<FileWeatherConfig>& d) {
  d.field("path", &FileWeatherConfig::path, "EnergyPlus weather (EPW) or hourly CSV, plain or gzip")
      .required();
  d.field("format", &FileWeatherConfig::format, "auto: told by the file's head");
  d.field("fill_gaps", &FileWeatherConfig::fill_gaps,
          "Gaps of the file up to so long are filled linearly, with a warning")
      .range(0, 1e6);
  describe_offsets(d);
}

void FileWeather::open(const SiteInputs& inputs) {
  const auto& table = std::get<WeatherTable>(inputs.data);
  latitude_deg_ = table.latitude_deg;
  longitude_deg_ = table.longitude_deg;
  year_ = WeatherYear(table, inputs, config_);
}

}  // namespace tokenfab
