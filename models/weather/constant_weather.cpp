// SPDX-License-Identifier: Apache-2.0
#include "models/weather/constant_weather.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "models/weather/psychrometrics.hpp"

namespace tokenfab {
namespace {

void check(const ConstantWeatherConfig& config) {
  if (config.relative_humidity && config.wet_bulb) {
    throw std::invalid_argument(
        "relative_humidity and wet_bulb both tell the humidity; leave one of them out");
  }
  if (config.pressure_pa && config.elevation_m != 0) {
    throw std::invalid_argument(
        "pressure_pa and elevation_m both tell the pressure; leave one of them out");
  }
}

double humidity_of(const ConstantWeatherConfig& config, double pressure_pa) {
  if (!config.wet_bulb) {
    return config.relative_humidity.value_or(0.5);
  }
  if (*config.wet_bulb > config.dry_bulb) {
    throw std::invalid_argument(
        fmt::format("wet_bulb {} degC is above dry_bulb {} degC; at most they are equal",
                    config.wet_bulb->degrees(), config.dry_bulb.degrees()));
  }
  const double humidity =
      relative_humidity_of_wet_bulb(config.dry_bulb, *config.wet_bulb, pressure_pa);
  if (humidity < 0) {
    throw std::invalid_argument(
        fmt::format("wet_bulb {} degC is below that of dry air at {} degC, {:.1f} degC",
                    config.wet_bulb->degrees(), config.dry_bulb.degrees(),
                    wet_bulb(config.dry_bulb, 0, pressure_pa).degrees()));
  }
  return humidity;
}

}  // namespace

void ConstantWeatherConfig::describe(Describe<ConstantWeatherConfig>& d) {
  using C = ConstantWeatherConfig;
  d.field("dry_bulb", &C::dry_bulb, "Air temperature").range(-60, 60);
  d.field("relative_humidity", &C::relative_humidity,
          "Over liquid water; 0.5 if neither this nor wet_bulb is given")
      .range(0, 1);
  d.field("wet_bulb", &C::wet_bulb, "In place of relative_humidity").range(-60, 60);
  d.field("elevation_m", &C::elevation_m, "Height above the sea; gives the pressure")
      .range(-500, 6000);
  d.field("pressure_pa", &C::pressure_pa, "In place of elevation_m").range(3e4, 1.2e5);
  d.field("irradiance_w_m2", &C::irradiance_w_m2, "Global horizontal, day and night")
      .range(0, 1500);
  d.field("wind_m_s", &C::wind_m_s, "Wind speed at 10 m").range(0, 100);
  d.field("latitude_deg", &C::latitude_deg, "Degrees north").range(-90, 90);
  d.field("longitude_deg", &C::longitude_deg, "Degrees east").range(-180, 180);
  describe_offsets(d);
}

ConstantWeather::ConstantWeather(const ConstantWeatherConfig& config) : config_(config) {
  check(config);
  weather_.dry_bulb = config.dry_bulb;
  weather_.pressure_pa = config.pressure_pa.value_or(standard_pressure_pa(config.elevation_m));
  weather_.relative_humidity = humidity_of(config, weather_.pressure_pa);
  weather_.wet_bulb = config.wet_bulb.value_or(
      tokenfab::wet_bulb(config.dry_bulb, weather_.relative_humidity, weather_.pressure_pa));
  weather_.irradiance_w_m2 = config.irradiance_w_m2;
  weather_.wind_m_s = config.wind_m_s;
}

void ConstantWeather::open(const SiteInputs& inputs) {
  if (config_.empty()) {
    return;
  }
  const auto all_year = [](double value) {
    return AnnualSeries(1, std::vector<double>(AnnualSeries::hours, value));
  };
  WeatherTable table;
  table.dry_bulb_degc = all_year(weather_.dry_bulb.degrees());
  table.relative_humidity = all_year(weather_.relative_humidity);
  table.pressure_pa = all_year(weather_.pressure_pa);
  table.irradiance_w_m2 = all_year(weather_.irradiance_w_m2);
  table.wind_m_s = all_year(weather_.wind_m_s);
  year_ = WeatherYear(table, inputs, config_);
}

std::optional<Instant> ConstantWeather::holds_until(Instant date) const {
  return year_.empty() ? std::nullopt : std::optional(year_.holds_until(date));
}

}  // namespace tokenfab
