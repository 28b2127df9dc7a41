// SPDX-License-Identifier: Apache-2.0
#include "models/weather/climate.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace tokenfab {

void ClimateConfig::describe(Describe<ClimateConfig>& d) {
  using C = ClimateConfig;
  d.field("name", &C::name, "Place");
  d.field("latitude_deg", &C::latitude_deg, "Degrees north").required().range(-66, 66);
  d.field("longitude_deg", &C::longitude_deg, "Degrees east").required().range(-180, 180);
  d.field("elevation_m", &C::elevation_m, "Height above the sea; gives the pressure")
      .required()
      .range(-500, 6000);
  d.field("dry_bulb_mean_degc", &C::dry_bulb_mean_degc,
          "Mean of the month, \"jan\" to \"dec\"; absent: middle of maximum and minimum");
  d.field("dry_bulb_max_degc", &C::dry_bulb_max_degc, "Mean of the days' highest").required();
  d.field("dry_bulb_min_degc", &C::dry_bulb_min_degc, "Mean of the days' lowest").required();
  d.field("dry_bulb_deviation_k", &C::dry_bulb_deviation_k,
          "Standard deviation of the days' means around the course of the year")
      .required();
  d.field("dry_bulb_correlation", &C::dry_bulb_correlation,
          "Of that deviation, from one day to the next")
      .range(0, 0.99)
      .source(
          "0.61 to 0.76 in typical years of Shanghai, Chicago, Atlanta and ERA5 2024 of "
          "Singapore, Dallas, Frankfurt; our fit");
  d.field("relative_humidity", &C::relative_humidity, "Mean of the month, over liquid water")
      .required();
  d.field("irradiance_kwh_m2_day", &C::irradiance_kwh_m2_day, "Global horizontal, mean of a day")
      .required();
  d.field("wind_m_s", &C::wind_m_s, "Mean of the month at 10 m").required();
}

Climate climate_of(const ClimateConfig& config) {
  const auto month_values = [](const auto& values, const char* what, double low, double high) {
    return by_month(values, what, low, high);
  };
  const auto high = month_values(config.dry_bulb_max_degc, "dry_bulb_max_degc", -60, 60);
  const auto low = month_values(config.dry_bulb_min_degc, "dry_bulb_min_degc", -60, 60);
  Climate climate{};
  climate.deviation_k = month_values(config.dry_bulb_deviation_k, "dry_bulb_deviation_k", 0, 20);
  climate.relative_humidity =
      month_values(config.relative_humidity, "relative_humidity", 0.05, 0.97);
  climate.irradiance_kwh_m2_day =
      month_values(config.irradiance_kwh_m2_day, "irradiance_kwh_m2_day", 0, 12);
  climate.wind_m_s = month_values(config.wind_m_s, "wind_m_s", 0, 30);
  for (std::size_t month = 0; month < 12; ++month) {
    climate.mean_degc[month] = 0.5 * (high[month] + low[month]);
  }
  if (!config.dry_bulb_mean_degc.empty()) {
    climate.mean_degc = month_values(config.dry_bulb_mean_degc, "dry_bulb_mean_degc", -60, 60);
  }
  for (std::size_t month = 0; month < 12; ++month) {
    const double mean = climate.mean_degc[month];
    if (!(low[month] <= mean && mean <= high[month])) {
      throw std::invalid_argument(
          fmt::format("dry_bulb_mean_degc {} in \"{}\" is not between dry_bulb_min_degc {} and "
                      "dry_bulb_max_degc {}",
                      mean, month_names[month], low[month], high[month]));
    }
    climate.range_k[month] = high[month] - low[month];
  }
  return climate;
}

}  // namespace tokenfab
