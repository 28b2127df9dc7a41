// SPDX-License-Identifier: Apache-2.0
// A year of documented plants against what their operators published.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>

#include "models/cooling/air_economizer.hpp"
#include "models/cooling/liquid_plant.hpp"
#include "models/cooling/moist_air.hpp"
#include "models/weather/monthly_weather.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;

namespace {

constexpr std::array months{"jan", "feb", "mar", "apr", "may", "jun",
                            "jul", "aug", "sep", "oct", "nov", "dec"};
using Year = std::array<double, 12>;

double celsius_of(double fahrenheit) { return (fahrenheit - 32) / 1.8; }

struct Place {
  double latitude_deg;
  double longitude_deg;
  double elevation_m;
  double utc_offset_h;
  Year max_degf;
  Year min_degf;
  Year relative_humidity;
};

// plantmaps.com/97754, Prineville, Oregon. Estimate: humidity.
constexpr Place prineville{44.3,
                           -120.9,
                           870,
                           -8,
                           {41, 47, 53, 59, 67, 76, 84, 84, 76, 64, 49, 41},
                           {21, 24, 26, 28, 34, 40, 43, 42, 36, 30, 26, 21},
                           {.78, .73, .66, .60, .57, .53, .45, .45, .50, .60, .74, .79}};
// plantmaps.com, Patterson Springs, North Carolina, 30 km east of Forest City. Estimate: humidity.
constexpr Place forest_city{
    35.3,
    -81.9,
    260,
    -5,
    {50.9, 55.0, 62.5, 71.6, 78.8, 85.5, 89.0, 87.2, 82.0, 72.3, 61.9, 53.5},
    {29.6, 32.2, 38.7, 47.2, 56.1, 64.1, 67.7, 66.7, 60.6, 48.2, 37.6, 32.3},
    {.66, .63, .62, .61, .68, .71, .73, .75, .75, .71, .68, .68}};
// NCDC 1971-2000 normals of Denver Stapleton (wrcc.dri.edu, co2220), 25 km from Golden. Estimate:
// humidity, of a yearly mean of 0.52.
constexpr Place denver{39.7,
                       -105.2,
                       1720,
                       -7,
                       {43.2, 47.2, 53.7, 60.9, 70.5, 82.1, 88.0, 86.0, 77.4, 66.0, 51.5, 44.1},
                       {15.2, 19.1, 25.4, 34.2, 43.8, 53.0, 58.7, 57.4, 47.3, 35.9, 23.5, 16.4},
                       {.55, .56, .54, .50, .52, .49, .48, .50, .50, .49, .55, .56}};

MonthlyWeather weather_of(const Place& place) {
  MonthlyWeatherConfig config;
  ClimateConfig& climate = config.climate;
  climate.latitude_deg = place.latitude_deg;
  climate.longitude_deg = place.longitude_deg;
  climate.elevation_m = place.elevation_m;
  for (std::size_t m = 0; m < months.size(); ++m) {
    climate.dry_bulb_max_degc[months[m]] = celsius_of(place.max_degf[m]);
    climate.dry_bulb_min_degc[months[m]] = celsius_of(place.min_degf[m]);
    climate.dry_bulb_deviation_k[months[m]] = 3.5;  // Estimate: inland, of daily means
    climate.relative_humidity[months[m]] = place.relative_humidity[m];
    climate.irradiance_kwh_m2_day[months[m]] = 1;  // no part here
    climate.wind_m_s[months[m]] = 3;               // no part here
  }
  MonthlyWeather weather(config);
  SiteInputs inputs;
  inputs.utc_offset_h = place.utc_offset_h;
  inputs.seed = 1;
  inputs.path = "sites/validation/weather";
  weather.open(inputs);
  return weather;
}

struct Result {
  double pue = 0;
  double summer_pue = 0;  // June to August
  double wue_l_kwh = 0;
  double warmest_degc = 0;  // air entering the servers, or coolant entering the cold plates
};

/// A year at constant load; `loss` of the power chain outside the halls, over IT power.
Result year_of(CoolingModel& plant, const Place& place, double it_w, double liquid, double loss) {
  MonthlyWeather weather = weather_of(place);
  CoolingInputs inputs;
  inputs.it_power = Watts(it_w);
  inputs.liquid_heat = Watts(it_w * liquid);
  inputs.air_heat = Watts(it_w * (1 - liquid));
  const Duration hour = Duration::from_seconds(3600);
  Result result;
  double electric = 0;
  double summer = 0;
  for (int h = 0; h < 8760; ++h) {
    inputs.weather = weather.at(Instant(h * hour));
    const auto outcome = plant.advance(hour, inputs);
    electric += outcome.electric_power().si();
    summer += h >= 151 * 24 && h < 243 * 24 ? outcome.electric_power().si() : 0;
    result.wue_l_kwh += outcome.water.si() * 1000;
    result.warmest_degc = std::max(result.warmest_degc, plant.state()->coolant.degrees());
  }
  result.pue = 1 + loss + electric / 8760 / it_w;
  result.summer_pue = 1 + loss + summer / (92 * 24) / it_w;
  result.wue_l_kwh /= 8760 * it_w / 1000;
  return result;
}

void print(const char* plant, const char* figure, double published, double ours) {
  fmt::print("| {} | {} | {:.3f} | {:.3f} | {:+.3f} |\n", plant, figure, published, ours,
             ours - published);
}

double dew_point_of(double degc, double relative_humidity) {
  const double vapour = relative_humidity * saturation_pressure_pa(degc);
  return dew_point_degc(0.621945 * vapour / (101325 - vapour), 101325);
}

/// Open Compute halls: servers' air and its warming, and humidity, as published.
AirEconomizerConfig open_compute(double inlet_degf, double range_degf, double relative_humidity,
                                 bool has_chillers) {
  AirEconomizerConfig config;
  config.air.supply = Celsius(celsius_of(inlet_degf));
  config.air.range = Kelvins(range_degf / 1.8);
  config.dew_point_max = Celsius(dew_point_of(celsius_of(inlet_degf), relative_humidity));
  config.backup.share = has_chillers ? 1 : 0;
  config.size.loss_share = 0;
  return config;
}

}  // namespace

TEST_CASE("cooling validation: outside air in two climates, Open Compute halls of Facebook") {
  // Inlet 80 degF, 65 % RH, 25 degF through the servers against 85 degF, 90 % and 35 degF
  // (datacenterknowledge.com, 2011-06-23). No central UPS, 277 V to the servers, 2 % lost in the
  // transformers, no chillers, air humidified to ASHRAE's lower dew point of 2008, 41.9 degF,
  // PUE 1.07 at full load, WUE 0.31 L/kWh (engineering.fb.com, "Designing a very efficient data
  // center"). Forest City has direct-expansion coils that did not run; PUE 1.07 there and 1.09 in
  // Prineville in the same summer (missioncriticalmagazine.com 85341).
  constexpr double it_w = 20e6;
  constexpr double transformer_loss = 0.02;
  AirEconomizerConfig humidified = open_compute(80, 25, 0.65, false);
  humidified.dew_point_min = Celsius(celsius_of(41.9));
  AirEconomizer west(humidified);
  west.size_for(Watts(it_w));
  const Result oregon = year_of(west, prineville, it_w, 0, transformer_loss);
  AirEconomizer east(open_compute(85, 35, 0.90, true));
  east.size_for(Watts(it_w));
  const Result carolina = year_of(east, forest_city, it_w, 0, transformer_loss);
  fmt::print("| plant | figure | published | ours | difference |\n|---|---|---|---|---|\n");
  print("Prineville", "PUE, full load", 1.07, oregon.pue);
  print("Prineville", "PUE, summer 2012", 1.09, oregon.summer_pue);
  print("Prineville", "WUE, L/kWh", 0.31, oregon.wue_l_kwh);
  print("Forest City", "PUE, summer 2012", 1.07, carolina.summer_pue);
  fmt::print("warmest air: Prineville {:.1f} degC, Forest City {:.1f} degC; WUE there {:.2f}\n",
             oregon.warmest_degc, carolina.warmest_degc, carolina.wue_l_kwh);
  REQUIRE(std::abs(oregon.pue - 1.07) < 0.03);
  REQUIRE(std::abs(oregon.summer_pue - 1.09) < 0.03);
  REQUIRE(std::abs(carolina.summer_pue - 1.07) < 0.03);
}

TEST_CASE("cooling validation: warm water and towers, NREL's Energy Systems Integration Facility") {
  // Chiller-less, component-level warm-water cooling, evaporative towers, fan walls on the same
  // water; PUE 1.036 over a year, of which pumps, tower fans, fan walls, lights are part and the
  // power chain is not (nrel.gov/computational-science/measuring-efficiency-pue.html). 2.5 million
  // gallons a year at about 1 MW before the thermosyphon (nrel.gov news, 2018-08-23): 1.08 L/kWh.
  // Estimate: water supplied at 24 degC, 90 % of the heat in liquid.
  LiquidPlantConfig config;
  config.heat_rejection = LiquidPlantConfig::HeatRejector::CoolingTower;
  config.air_cooling = LiquidPlantConfig::AirCooling::FacilityWater;
  config.facility_water.supply = Celsius(24);
  config.facility_water.range = Kelvins(8);
  config.air.supply = Celsius(27);
  config.liquid_share = 0.9;
  config.size.loss_share = 0;
  LiquidPlant plant(config);
  constexpr double it_w = 1e6;
  plant.size_for(Watts(it_w));
  const Result result = year_of(plant, denver, it_w, 0.9, 0);
  fmt::print("| plant | figure | published | ours | difference |\n|---|---|---|---|---|\n");
  print("NREL ESIF", "PUE", 1.036, result.pue);
  print("NREL ESIF", "WUE, L/kWh", 1.08, result.wue_l_kwh);
  fmt::print("warmest coolant {:.1f} degC\n", result.warmest_degc);
  REQUIRE(std::abs(result.pue - 1.036) < 0.03);
}
