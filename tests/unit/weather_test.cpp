// SPDX-License-Identifier: Apache-2.0
// Weather at a site: constant, of a table, and made up from monthly statistics.
#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

#include "models/weather/constant_weather.hpp"
#include "models/weather/file_weather.hpp"
#include "models/weather/monthly_weather.hpp"
#include "models/weather/months.hpp"
#include "models/weather/psychrometrics.hpp"
#include "models/weather/sun.hpp"
#include "models/weather/weather_generator.hpp"
#include "sim/core/random.hpp"
#include "tests/catalogue_entries.hpp"
#include "tests/with_catch.hpp"

using namespace tokenfab;
using namespace tokenfab::testing;

namespace {

constexpr std::size_t hours = AnnualSeries::hours;

Instant hour(double value) { return Instant(Duration::from_seconds(value * 3600)); }

/// 2024-01-01T00:00 at date 0, on a clock of UTC+8.
SiteInputs at_guiyang(std::uint64_t seed = 1) {
  SiteInputs inputs;
  inputs.calendar =
      Calendar(Duration::from_ticks(Int128{19723LL * 86400} * Duration::ticks_per_second));
  inputs.utc_offset_h = 8;
  inputs.seed = seed;
  inputs.path = "sites/test/weather";
  return inputs;
}

AnnualSeries series(double value, std::uint32_t steps_per_hour = 1) {
  return AnnualSeries(steps_per_hour, std::vector<double>(hours * steps_per_hour, value));
}

WeatherTable plain_table() {
  WeatherTable table;
  table.place = "test";
  table.latitude_deg = 31;
  table.longitude_deg = 120;
  table.elevation_m = 1000;
  table.dry_bulb_degc = series(30);
  table.relative_humidity = series(0.5);
  return table;
}

FileWeather opened(const WeatherTable& table, const WeatherOffsets& offsets = {}) {
  FileWeatherConfig config;
  static_cast<WeatherOffsets&>(config) = offsets;
  FileWeather weather(config);
  auto inputs = at_guiyang();
  inputs.data = table;
  weather.open(inputs);
  return weather;
}

ByMonth means_of(const AnnualSeries& values) {
  std::vector<double> daily(days_of_leap_year);
  for (std::size_t i = 0; i < hours; ++i) {
    daily[i / 24] += values.values()[i] / 24;
  }
  return monthly_means(daily);
}

std::string message_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("weather: constant air takes its wet bulb from the humidity, or the other way round") {
  ConstantWeatherConfig config;
  config.dry_bulb = Celsius(30);
  config.relative_humidity = 0.6;
  config.elevation_m = 1000;
  const ConstantWeather weather(config);
  const auto air = weather.at(hour(5));
  REQUIRE(air.pressure_pa == Approx(89875).margin(1));
  REQUIRE(air.wet_bulb == wet_bulb(Celsius(30), 0.6, air.pressure_pa));
  REQUIRE_FALSE(weather.holds_until(hour(5)));

  ConstantWeatherConfig back;
  back.dry_bulb = Celsius(30);
  back.wet_bulb = air.wet_bulb;
  back.pressure_pa = air.pressure_pa;
  REQUIRE(ConstantWeather(back).at(hour(0)).relative_humidity == Approx(0.6).epsilon(1e-6));
}

TEST_CASE("weather: contradictions of constant air are told with the fields") {
  const auto made = [](auto change) {
    return message_of([&] {
      ConstantWeatherConfig config;
      change(config);
      ConstantWeather weather(config);
    });
  };
  REQUIRE(made([](auto& c) {
            c.relative_humidity = 0.5;
            c.wet_bulb = Celsius(10);
          }).find("leave one of them out") != std::string::npos);
  REQUIRE(made([](auto& c) { c.wet_bulb = Celsius(25); }) ==
          "wet_bulb 25 degC is above dry_bulb 20 degC; at most they are equal");
  REQUIRE(made([](auto& c) { c.wet_bulb = Celsius(2); }).find("below that of dry air") !=
          std::string::npos);
  REQUIRE(made([](auto& c) {
            c.pressure_pa = 9e4;
            c.elevation_m = 500;
          }).find("both tell the pressure") != std::string::npos);
}

TEST_CASE("weather: what a file leaves out is derived") {
  auto table = plain_table();
  table.cloud_cover = series(0.5);
  const auto weather = opened(table);
  const auto night = weather.at(hour(0));
  REQUIRE(night.pressure_pa == Approx(89875).margin(1));
  REQUIRE(night.irradiance_w_m2 == 0);
  REQUIRE(night.wind_m_s == 0);
  REQUIRE(night.wet_bulb == wet_bulb(Celsius(30), 0.5, night.pressure_pa));
  const double clear = SunDay({31, 120, 8}, 0).clear_sky_mean_w_m2(12, 13);
  REQUIRE(weather.at(hour(12.5)).irradiance_w_m2 ==
          Approx(clear * (1 - 0.75 * std::pow(0.5, 3.4))).epsilon(1e-12));
  REQUIRE(weather.latitude_deg() == 31);
}

TEST_CASE("weather: a file without humidity is refused, as are columns of odd steps") {
  auto table = plain_table();
  table.relative_humidity = {};
  REQUIRE(message_of([&] { opened(table); }) ==
          "the weather of \"test\" has no humidity; wet bulbs need dry bulb and humidity or dew "
          "point");
  table = plain_table();
  table.dry_bulb_degc = series(20, 4);
  REQUIRE(opened(table).holds_until(hour(0.1)) == hour(0.25));
  table.wind_m_s = series(3, 3);
  REQUIRE(message_of([&] { opened(table); }).find("4 and 3 steps") != std::string::npos);
}

TEST_CASE("weather: a heat wave warms its days and keeps the vapour") {
  WeatherOffsets offsets;
  offsets.events["july"] = {"07-10", Seconds(2 * 86400), Kelvins(8)};
  offsets.events["new year"] = {"12-31", Seconds(2 * 86400), Kelvins(-5)};
  const auto weather = opened(plain_table(), offsets);
  const double start = 24 * (31 + 29 + 31 + 30 + 31 + 30 + 9);
  REQUIRE(weather.at(hour(start - 0.5)).dry_bulb.degrees() == 30);
  REQUIRE(weather.at(hour(start)).dry_bulb.degrees() == 38);
  REQUIRE(weather.at(hour(start + 47.9)).dry_bulb.degrees() == 38);
  REQUIRE(weather.at(hour(start + 48)).dry_bulb.degrees() == 30);
  REQUIRE(weather.at(hour(1)).dry_bulb.degrees() == 25);  // around the year
  const auto air = weather.at(hour(start));
  REQUIRE(air.relative_humidity * water_saturation_pa(air.dry_bulb) ==
          Approx(0.5 * water_saturation_pa(Celsius(30))).epsilon(1e-12));
  REQUIRE(air.wet_bulb > weather.at(hour(start - 1)).wet_bulb);

  WeatherOffsets wrong;
  wrong.events["x"] = {"02-30", Seconds(86400), Kelvins(1)};
  REQUIRE(message_of([&] { opened(plain_table(), wrong); }).find("\"02-30\" is no day") !=
          std::string::npos);
}

TEST_CASE("weather: events lie on constant air too, and cold air is at most saturated") {
  ConstantWeatherConfig config;
  config.dry_bulb = Celsius(20);
  config.relative_humidity = 0.9;
  config.dry_bulb_offset = Kelvins(-10);
  ConstantWeather weather(config);
  weather.open(at_guiyang());
  const auto air = weather.at(hour(100.5));
  REQUIRE(air.dry_bulb.degrees() == 10);
  REQUIRE(air.relative_humidity == 1);
  REQUIRE(air.wet_bulb.degrees() == Approx(10).margin(1e-6));
  REQUIRE(weather.holds_until(hour(100.5)) == hour(101));
}

TEST_CASE("weather: every value holds until its step ends") {
  MonthlyWeatherConfig config;
  config.climate = entry<ClimateConfig>("climates", "chicago");
  MonthlyWeather weather(config);
  weather.open(at_guiyang());
  RandomStream random(7, 0, "test", "dates");
  for (int i = 0; i < 500; ++i) {
    const auto date = hour(20000 * random.uniform());
    const auto end = *weather.holds_until(date);
    REQUIRE(end > date);
    REQUIRE(end <= date + Duration::from_seconds(3600));
    const auto last = end - Duration::from_ticks(1);
    REQUIRE(weather.at(date).dry_bulb == weather.at(last).dry_bulb);
    REQUIRE(weather.at(date).wet_bulb == weather.at(last).wet_bulb);
  }
}

TEST_CASE("weather: every climate of the catalogue comes out with its monthly means") {
  for (const auto& id : EmbeddedTables().ids("climates")) {
    const auto config = entry<ClimateConfig>("climates", id);
    const auto climate = climate_of(config);
    auto inputs = at_guiyang();
    inputs.utc_offset_h = std::round(config.longitude_deg / 15);
    const auto table = generate_weather(config, inputs);
    const auto degc = means_of(table.dry_bulb_degc);
    const auto humidity = means_of(table.relative_humidity);
    const auto sun = means_of(table.irradiance_w_m2);
    const auto wind = means_of(table.wind_m_s);
    for (std::size_t month = 0; month < 12; ++month) {
      INFO(id << " " << month_names[month]);
      REQUIRE(degc[month] == Approx(climate.mean_degc[month]).margin(1e-6));
      REQUIRE(sun[month] * 24 / 1000 == Approx(climate.irradiance_kwh_m2_day[month]).epsilon(1e-6));
      REQUIRE(wind[month] == Approx(climate.wind_m_s[month]).epsilon(1e-6));
      REQUIRE(humidity[month] == Approx(climate.relative_humidity[month]).margin(0.01));
    }
    for (std::size_t i = 0; i < hours; ++i) {
      REQUIRE(table.relative_humidity.values()[i] <= 1);
      REQUIRE(table.irradiance_w_m2.values()[i] >= 0);
    }
  }
}

TEST_CASE("weather: made-up days have the published range and spread") {
  const auto config = entry<ClimateConfig>("climates", "chicago");
  const auto climate = climate_of(config);
  auto inputs = at_guiyang();
  inputs.utc_offset_h = -6;
  const auto degc = generate_weather(config, inputs).dry_bulb_degc.values();
  std::vector<double> range(days_of_leap_year);
  std::vector<double> means(days_of_leap_year);
  for (std::size_t day = 0; day < range.size(); ++day) {
    const auto first = degc.begin() + static_cast<std::ptrdiff_t>(day * 24);
    const auto [low, high] = std::minmax_element(first, first + 24);
    range[day] = *high - *low;
    for (int i = 0; i < 24; ++i) {
      means[day] += first[i] / 24;
    }
  }
  const auto ranges = monthly_means(range);
  double published = 0;
  double found = 0;
  for (std::size_t month = 0; month < 12; ++month) {
    published += climate.range_k[month] / 12;
    found += ranges[month] / 12;
  }
  REQUIRE(found == Approx(published).epsilon(0.1));
  double square = 0;
  auto course = daily_from_months(climate.mean_degc);
  shift_to_monthly_means(course, climate.mean_degc);
  double wanted = 0;
  const auto deviation = daily_from_months(climate.deviation_k);
  for (std::size_t day = 0; day < means.size(); ++day) {
    square += (means[day] - course[day]) * (means[day] - course[day]);
    wanted += deviation[day] * deviation[day];
  }
  REQUIRE(std::sqrt(square) == Approx(std::sqrt(wanted)).epsilon(0.03));
}

TEST_CASE("weather: the same seed and path give the same year, another seed another") {
  const auto config = entry<ClimateConfig>("climates", "guiyang");
  const auto one = generate_weather(config, at_guiyang(1));
  REQUIRE(one.dry_bulb_degc.values() ==
          generate_weather(config, at_guiyang(1)).dry_bulb_degc.values());
  REQUIRE(one.dry_bulb_degc.values() !=
          generate_weather(config, at_guiyang(2)).dry_bulb_degc.values());
  REQUIRE(one.irradiance_w_m2.values() !=
          generate_weather(config, at_guiyang(2)).irradiance_w_m2.values());
}

TEST_CASE("weather: a climate of the catalogue reads with changes on it") {
  const EmbeddedTables tables;
  const auto document = parse_document(
      R"({"climate": {"use": "guiyang", "elevation_m": 1500},
          "events": {"hot": {"start": "07-10", "duration": "5 d", "dry_bulb_offset": "6 K"}}})",
      "weather.json");
  MonthlyWeatherConfig config;
  std::vector<Problem> problems;
  read_object({plugin_table(), tables, {}}, schema_of<MonthlyWeatherConfig>(), document, "",
              &config, problems);
  REQUIRE(problems.empty());
  REQUIRE(config.climate.elevation_m == 1500);
  REQUIRE(config.climate.latitude_deg == 26.59);
  REQUIRE(config.events.at("hot").dry_bulb_offset.si() == 6);
  MonthlyWeather weather(config);
  weather.open(at_guiyang());
  REQUIRE(weather.at(hour(0)).pressure_pa == Approx(standard_pressure_pa(1500)));

  const auto wrong = parse_document(R"({"climate": {"use": "guyang"}})", "weather.json");
  read_object({plugin_table(), tables, {}}, schema_of<MonthlyWeatherConfig>(), wrong, "", &config,
              problems);
  REQUIRE(problems.size() == 1);
  REQUIRE(problems.front().fix.find("guiyang") != std::string::npos);
}

TEST_CASE("weather: climates that cannot be are told by field and month") {
  const auto good = entry<ClimateConfig>("climates", "shanghai");
  const auto generated = [](const ClimateConfig& config) {
    return message_of([&] { generate_weather(config, at_guiyang()); });
  };
  auto config = good;
  config.wind_m_s.erase("mar");
  config.wind_m_s["march"] = 3;
  const auto message = generated(config);
  REQUIRE(message.find("wind_m_s: \"march\" is no month") == 0);
  REQUIRE(message.find("\"mar\" is missing") != std::string::npos);
  config = good;
  config.irradiance_kwh_m2_day["dec"] = 8;
  REQUIRE(generated(config).find("irradiance_kwh_m2_day 8 in \"dec\" is more than a clear sky") ==
          0);
  config = good;
  config.dry_bulb_mean_degc["jul"] = 35;
  REQUIRE(generated(config).find("dry_bulb_mean_degc 35 in \"jul\" is not between") == 0);
}

TEST_CASE("sun: elevation, noon and length of day") {
  // Equinox at the equator: overhead at solar noon; 21 June at 23.44 degrees north likewise.
  REQUIRE(SunDay({0, 0, 0}, 79).elevation_sine(12.12) == Approx(1).margin(1e-3));
  REQUIRE(SunDay({23.44, 0, 0}, 172).elevation_sine(12.03) == Approx(1).margin(1e-3));
  // Guiyang's noon on Beijing time is near 12:53 plus the equation of time.
  REQUIRE(clock_minus_solar_h({26.6, 106.7, 8}) == Approx(0.887).margin(0.001));
  REQUIRE(SunDay({60, 10, 1}, 355).elevation_sine(0) < 0);
  // pvlib's Haurwitz at the zenith: 1098 exp(-0.057).
  REQUIRE(clear_sky_w_m2(1) == Approx(1037.2).margin(0.1));
  REQUIRE(clear_sky_w_m2(-0.1) == 0);
  REQUIRE(cloud_transmission(0) == 1);
  REQUIRE(cloud_transmission(1) == Approx(0.25));
}
