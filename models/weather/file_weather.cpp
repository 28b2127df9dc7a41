// SPDX-License-Identifier: Apache-2.0
#include "models/weather/file_weather.hpp"

namespace tokenfab {

void FileWeatherConfig::describe(Describe<FileWeatherConfig>& d) {
  describe_data_file(d, "EnergyPlus weather (EPW) or hourly CSV, plain or gzip");
  describe_offsets(d);
}

void FileWeather::open(const SiteInputs& inputs) {
  const auto& table = std::get<WeatherTable>(inputs.data);
  latitude_deg_ = table.latitude_deg;
  longitude_deg_ = table.longitude_deg;
  year_ = WeatherYear(table, inputs, config_);
}

}  // namespace tokenfab
