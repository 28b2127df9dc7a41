// SPDX-License-Identifier: Apache-2.0
#include "models/weather/weather_generator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

#include "models/weather/psychrometrics.hpp"
#include "models/weather/sun.hpp"
#include "sim/core/random.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t hours_of_year = AnnualSeries::hours;

// Our fit to typical years of Shanghai (TMYx), Chicago (TMY3) and Atlanta (TMYx) and, looser, to
// ERA5 of 2024 for Singapore, Dallas and Frankfurt.
constexpr double clearness_max = 1.1;           // brightest day over Haurwitz' clear sky: 1.03-1.13
constexpr double clearness_correlation = 0.27;  // from day to day: 0.19 to 0.38
constexpr double range_by_clearness = 0.6;      // relative range per relative clearness: 0.58-0.71
constexpr double humidity_correlation = 0.5;    // from day to day: 0.43 to 0.63
constexpr double humidity_deviation = 0.43;     // of a day's mean, times rh (1 - rh)
constexpr double humidity_by_clearness = -0.6;  // correlation: -0.5 to -0.8
constexpr double humidity_by_warmth = 0.5;      // correlation; warm days of cold months are humid,
constexpr double humidity_turns_at_degc = 15;   // warm days of warm months dry
constexpr double humidity_turns_within_k = 8;
constexpr double wind_correlation = 0.88;  // from hour to hour: 0.80 to 0.94

constexpr double humidity_min = 0.03;
constexpr double humidity_max = 0.99;

using Daily = std::vector<double>;

/// A stationary first-order autoregressive process of standard normal values.
class Process {
 public:
  Process(const SiteInputs& inputs, const char* purpose, double correlation)
      : random_(inputs.seed, 0, inputs.path, purpose),
        keep_(correlation),
        renew_(std::sqrt(1 - correlation * correlation)),
        value_(random_.standard_normal()) {}
  double next() {
    const double value = value_;
    value_ = keep_ * value_ + renew_ * random_.standard_normal();
    return value;
  }

 private:
  RandomStream random_;
  double keep_;
  double renew_;
  double value_;
};

Daily daily_values(Process process) {
  Daily values(days_of_leap_year);
  for (auto& value : values) {
    value = process.next();
  }
  return values;
}

/// The course of the year that has these monthly means.
Daily course_of(const ByMonth& means) {
  auto daily = daily_from_months(means);
  shift_to_monthly_means(daily, means);
  return daily;
}

double normal_share_below(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

/// Straight lines from noon to noon, around the year.
double between_noons(const Daily& daily, std::size_t day, std::size_t hour) {
  const double place = static_cast<double>(hour) + 0.5 - 12;
  const std::size_t days = daily.size();
  const std::size_t other = (day + (place < 0 ? days - 1 : 1)) % days;
  return daily[day] + (daily[other] - daily[day]) * std::abs(place) / 24;
}

/// How far below the day's highest the temperature is, as a share of the day's range, by hour of
/// solar time from 1 to 24.
constexpr std::array<double, 24> drop_of_hour{0.88, 0.92, 0.95, 0.98, 1.00, 0.98, 0.91, 0.74,
                                              0.55, 0.38, 0.23, 0.13, 0.05, 0.00, 0.00, 0.06,
                                              0.14, 0.24, 0.39, 0.50, 0.59, 0.68, 0.75, 0.82};

/// The shares of range above the day's mean in the middle of each hour of the clock; mean 0.
std::array<double, 24> daily_profile(const SunPlace& place) {
  std::array<double, 24> profile{};
  double mean = 0;
  for (std::size_t hour = 0; hour < 24; ++hour) {
    double solar = static_cast<double>(hour) + 0.5 - clock_minus_solar_h(place);
    solar -= 24 * std::floor(solar / 24);
    const auto before = static_cast<std::size_t>(solar);  // drop_of_hour[i] is for hour i + 1
    const double left = drop_of_hour[(before + 23) % 24];
    const double right = drop_of_hour[before % 24];
    profile[hour] = -(left + (right - left) * (solar - std::floor(solar)));
    mean += profile[hour] / 24;
  }
  for (auto& share : profile) {
    share -= mean;
  }
  return profile;
}

/// Share of the clear sky's energy, day by day: clearness_max u^a with uniform u, where a gives the
/// month's mean exactly.
class Sky {
 public:
  Sky(const Climate& climate, const SunPlace& place, const Daily& normals)
      : clear_(hours_of_year), clearness_(days_of_leap_year) {
    for (std::uint32_t day = 0; day < days_of_leap_year; ++day) {
      const SunDay sun(place, day);
      for (std::size_t hour = 0; hour < 24; ++hour) {
        const auto from_h = static_cast<double>(hour);
        clear_[day * 24 + hour] = sun.clear_sky_mean_w_m2(from_h, from_h + 1);
      }
    }
    std::size_t first = 0;
    for (std::size_t month = 0; month < 12; ++month) {
      fit(first, month, climate.irradiance_kwh_m2_day[month], normals);
      first += month_days[month];
    }
  }

  double irradiance(std::size_t hour) const { return clear_[hour] * clearness_[hour / 24]; }
  double clearness(std::size_t day) const { return clearness_[day]; }

 private:
  void fit(std::size_t first, std::size_t month, double kwh_per_day, const Daily& normals) {
    const std::size_t days = month_days[month];
    Daily energy(days);
    double most = 0;
    for (std::size_t i = 0; i < days; ++i) {
      for (std::size_t hour = 0; hour < 24; ++hour) {
        energy[i] += clear_[(first + i) * 24 + hour];
      }
      most += energy[i] * clearness_max;
    }
    const double wanted = kwh_per_day * 1000 * static_cast<double>(days);
    if (wanted > most) {
      throw std::invalid_argument(fmt::format(
          "irradiance_kwh_m2_day {} in \"{}\" is more than a clear sky gives there, {:.1f}; check "
          "latitude_deg",
          kwh_per_day, month_names[month], most / 1000 / static_cast<double>(days)));
    }
    const auto total = [&](double exponent) {
      double sum = 0;
      for (std::size_t i = 0; i < days; ++i) {
        sum +=
            energy[i] * clearness_max * std::pow(normal_share_below(normals[first + i]), exponent);
      }
      return sum;
    };
    double low = 0;
    double high = 1000;  // darker than any month of a place below the polar circle
    for (int i = 0; i < 60; ++i) {
      const double middle = 0.5 * (low + high);
      (total(middle) > wanted ? low : high) = middle;
    }
    for (std::size_t i = 0; i < days; ++i) {
      clearness_[first + i] = clearness_max * std::pow(normal_share_below(normals[first + i]), low);
    }
  }

  std::vector<double> clear_;
  Daily clearness_;
};

/// Deviations of the days' means from the course of the year. Lines between noons take some
/// variance, the shift to the monthly means takes more; the scale gives both back.
Daily temperature_noise(const Climate& climate, const Daily& normals) {
  const auto deviation = daily_from_months(climate.deviation_k);
  Daily noise(days_of_leap_year);
  for (std::size_t day = 0; day < noise.size(); ++day) {
    noise[day] = deviation[day] * normals[day];
  }
  Daily seen(noise.size());
  for (std::size_t day = 0; day < noise.size(); ++day) {
    for (std::size_t hour = 0; hour < 24; ++hour) {
      seen[day] += between_noons(noise, day, hour) / 24;
    }
  }
  shift_to_monthly_means(seen, ByMonth{});
  double wanted = 0;
  double found = 0;
  for (std::size_t day = 0; day < noise.size(); ++day) {
    wanted += deviation[day] * deviation[day];
    found += seen[day] * seen[day];
  }
  const double scale = found > 0 ? std::sqrt(wanted / found) : 0;
  for (auto& value : noise) {
    value *= scale;
  }
  return noise;
}

std::vector<double> temperatures(const Climate& climate, const SunPlace& place, const Sky& sky,
                                 const Daily& noise) {
  const auto course = course_of(climate.mean_degc);
  const auto range = daily_from_months(climate.range_k);
  const auto profile = daily_profile(place);
  Daily clearness(days_of_leap_year);
  for (std::size_t day = 0; day < clearness.size(); ++day) {
    clearness[day] = sky.clearness(day);
  }
  const auto usual = monthly_means(clearness);
  Daily level(days_of_leap_year);
  for (std::size_t day = 0; day < level.size(); ++day) {
    level[day] = course[day] + noise[day];
  }
  std::vector<double> hourly(hours_of_year);
  Daily means(days_of_leap_year);
  for (std::size_t i = 0; i < hours_of_year; ++i) {
    const std::size_t day = i / 24;
    const double mean_clearness = usual[month_of_day()[day]];
    const double clearer = mean_clearness > 0 ? clearness[day] / mean_clearness - 1 : 0;
    hourly[i] = between_noons(level, day, i % 24) +
                range[day] * (1 + range_by_clearness * clearer) * profile[i % 24];
    means[day] += hourly[i] / 24;
  }
  auto shifted = means;
  shift_to_monthly_means(shifted, climate.mean_degc);
  for (std::size_t i = 0; i < hours_of_year; ++i) {
    hourly[i] += shifted[i / 24] - means[i / 24];
  }
  return hourly;
}

/// Mean relative humidity of each day.
Daily humid_days(const Climate& climate, const Daily& sun, const Daily& warmth,
                 const Daily& normals) {
  const auto course = course_of(climate.mean_degc);
  auto daily = course_of(climate.relative_humidity);
  for (std::size_t day = 0; day < daily.size(); ++day) {
    const double turn =
        std::clamp((humidity_turns_at_degc - course[day]) / humidity_turns_within_k, -1.0, 1.0);
    const double by_warmth = humidity_by_warmth * turn;
    const double rest =
        std::sqrt(1 - humidity_by_clearness * humidity_by_clearness - by_warmth * by_warmth);
    daily[day] +=
        humidity_deviation * daily[day] * (1 - daily[day]) *
        (humidity_by_clearness * sun[day] + by_warmth * warmth[day] + rest * normals[day]);
  }
  for (int round = 0; round < 5; ++round) {
    for (auto& value : daily) {
      value = std::clamp(value, humidity_min, humidity_max);
    }
    shift_to_monthly_means(daily, climate.relative_humidity);
  }
  for (auto& value : daily) {
    value = std::clamp(value, humidity_min, humidity_max);
  }
  return daily;
}

/// Vapour pressure at which the day's mean relative humidity is `wanted`.
double vapour_of_day(const double* saturation_pa, double wanted) {
  double low = 0;
  double high = *std::max_element(saturation_pa, saturation_pa + 24);
  std::array<double, 24> per_pa{};
  std::transform(saturation_pa, saturation_pa + 24, per_pa.begin(),
                 [](double pa) { return 1 / pa; });
  for (int i = 0; i < 40; ++i) {
    const double middle = 0.5 * (low + high);
    double mean = 0;
    for (const double share : per_pa) {
      mean += std::min(1.0, middle * share) / 24;
    }
    (mean < wanted ? low : high) = middle;
  }
  return low;
}

std::vector<double> humidities(const std::vector<double>& degc, const Daily& humid) {
  std::vector<double> saturation(hours_of_year);
  for (std::size_t i = 0; i < hours_of_year; ++i) {
    saturation[i] = water_saturation_pa(Celsius(degc[i]));
  }
  Daily vapour(days_of_leap_year);
  for (std::size_t day = 0; day < vapour.size(); ++day) {
    vapour[day] = vapour_of_day(&saturation[day * 24], humid[day]);
  }
  std::vector<double> hourly(hours_of_year);
  for (std::size_t i = 0; i < hours_of_year; ++i) {
    hourly[i] = std::min(1.0, between_noons(vapour, i / 24, i % 24) / saturation[i]);
  }
  return hourly;
}

/// Weibull of shape 2: speed = scale sqrt(-ln(1 - u)).
std::vector<double> winds(const Climate& climate, Process process) {
  std::vector<double> hourly(hours_of_year);
  ByMonth sums{};
  for (std::size_t i = 0; i < hours_of_year; ++i) {
    hourly[i] = std::sqrt(-std::log(normal_share_below(process.next())));
    sums[month_of_day()[i / 24]] += hourly[i];
  }
  for (std::size_t i = 0; i < hours_of_year; ++i) {
    const std::size_t month = month_of_day()[i / 24];
    hourly[i] *= climate.wind_m_s[month] * 24 * month_days[month] / sums[month];
  }
  return hourly;
}

}  // namespace

WeatherTable generate_weather(const ClimateConfig& config, const SiteInputs& inputs) {
  const auto climate = climate_of(config);
  const SunPlace place{config.latitude_deg, config.longitude_deg, inputs.utc_offset_h};
  const auto sun = daily_values(Process(inputs, "sun", clearness_correlation));
  const auto warmth = daily_values(Process(inputs, "dry_bulb", config.dry_bulb_correlation));
  const auto moisture = daily_values(Process(inputs, "humidity", humidity_correlation));
  const Sky sky(climate, place, sun);
  auto degc = temperatures(climate, place, sky, temperature_noise(climate, warmth));
  auto humidity = humidities(degc, humid_days(climate, sun, warmth, moisture));
  std::vector<double> irradiance(hours_of_year);
  for (std::size_t i = 0; i < hours_of_year; ++i) {
    irradiance[i] = sky.irradiance(i);
  }
  WeatherTable table;
  table.place = config.name;
  table.latitude_deg = config.latitude_deg;
  table.longitude_deg = config.longitude_deg;
  table.elevation_m = config.elevation_m;
  table.dry_bulb_degc = AnnualSeries(1, std::move(degc));
  table.relative_humidity = AnnualSeries(1, std::move(humidity));
  table.irradiance_w_m2 = AnnualSeries(1, std::move(irradiance));
  table.wind_m_s = AnnualSeries(1, winds(climate, Process(inputs, "wind", wind_correlation)));
  return table;
}

}  // namespace tokenfab
