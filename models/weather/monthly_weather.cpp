// SPDX-License-Identifier: Apache-2.0
#include "models/weather/monthly_weather.hpp"

#include "models/weather/weather_generator.hpp"

namespace tokenfab {

void MonthlyWeatherConfig::describe(Describe<MonthlyWeatherConfig>& d) {
  d.object("climate", &MonthlyWeatherConfig::climate, "Monthly statistics of the place")
      .catalogue("climates")
      .required();
  describe_offsets(d);
}

void MonthlyWeather::open(const SiteInputs& inputs) {
  year_ = WeatherYear(generate_weather(config_.climate, inputs), inputs, config_);
}

}  // namespace tokenfab
