// SPDX-License-Identifier: Apache-2.0
#include "models/energy/monthly_profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include "models/weather/sun.hpp"

namespace tokenfab {
namespace {

constexpr double level_max = 1e6;

/// What holds before the first hour given is the last one's.
std::array<double, 24> by_hour(const std::map<std::string, double>& values,
                               const std::string& what) {
  std::map<int, double> given;
  for (const auto& [key, value] : values) {
    int hour = 0;
    const char* const end = key.data() + key.size();
    const auto [stop, error] = std::from_chars(key.data(), end, hour);
    if (error != std::errc{} || stop != end || hour < 0 || hour > 23) {
      throw std::invalid_argument(
          fmt::format("{}: the key \"{}\" is not an hour of the day from 0 to 23", what, key));
    }
    if (!(value >= -level_max && value <= level_max)) {
      throw std::invalid_argument(
          fmt::format("{}: level {} at \"{}\" is not between -1e6 and 1e6", what, value, key));
    }
    if (!given.emplace(hour, value).second) {
      throw std::invalid_argument(fmt::format("{}: hour {} is given twice", what, hour));
    }
  }
  std::array<double, 24> result{};
  result.fill(1);
  if (!given.empty()) {
    double level = given.rbegin()->second;
    for (int hour = 0; hour < 24; ++hour) {
      const auto found = given.find(hour);
      level = found == given.end() ? level : found->second;
      result[static_cast<std::size_t>(hour)] = level;
    }
  }
  return result;
}

/// Monday 0. The weekday of each day in the year of the calendar's date 0; a leap day that this
/// year lacks takes its neighbour's.
std::vector<bool> weekends_of(const Calendar& calendar) {
  const auto first = calendar.at(Instant());
  const auto january = Calendar().at(Instant());  // 1970-01-01, a Thursday
  const auto days_between = [](int year) {        // from 1970-01-01 to the year's 1 January
    const int past = year - 1;
    return (year - 1970) * 365 + (past / 4 - past / 100 + past / 400) - 477;
  };
  const bool is_leap = (first.year % 4 == 0 && first.year % 100 != 0) || first.year % 400 == 0;
  const int start = ((january.weekday + days_between(first.year)) % 7 + 7) % 7;
  std::vector<bool> weekends;
  for (std::uint32_t day = 0; day < days_of_leap_year; ++day) {
    const int real_day = static_cast<int>(day) - (!is_leap && day >= 59 ? 1 : 0);
    weekends.push_back((start + real_day) % 7 >= 5);
  }
  return weekends;
}

}  // namespace

void ProfileShapeConfig::describe(Describe<ProfileShapeConfig>& d) {
  using C = ProfileShapeConfig;
  d.field("months", &C::months, "Relative level by month, \"jan\" to \"dec\"; scaled to mean 1");
  d.field("weekday_hours", &C::weekday_hours,
          "Relative level by hour of the day, \"0\" to \"23\"; an hour not given has the level "
          "before it");
  d.field("weekend_hours", &C::weekend_hours,
          "The same on Saturday and Sunday; absent: as on weekdays");
  d.field("midday_dip", &C::midday_dip,
          "Share of the level that goes while the sun is at the year's highest, in proportion to a "
          "clear sky's irradiance at other times; above 1 brings values below zero")
      .range(0, 3);
  d.field("latitude_deg", &C::latitude_deg, "Of the sun for midday_dip; its noon is at 12:00")
      .range(-90, 90);
  d.field("noise", &C::noise, "Standard deviation of an hour around its level, relative")
      .range(0, 5);
  d.field("noise_correlation", &C::noise_correlation, "Of the noise, from hour to hour")
      .range(0, 0.9999);
  d.choice("noise_shape", &C::noise_shape, {"normal", "lognormal"},
           "normal may bring values below zero; lognormal has a long tail upwards");
}

MonthlyProfile::MonthlyProfile(const ProfileShapeConfig& config, const std::string& what)
    : config_(config),
      weekday_(by_hour(config.weekday_hours, what + "/weekday_hours")),
      weekend_(config.weekend_hours.empty()
                   ? weekday_
                   : by_hour(config.weekend_hours, what + "/weekend_hours")) {
  months_.fill(1);
  if (!config.months.empty()) {
    months_ = by_month(config.months, what + "/months", 0, level_max);
  }
  double sum = 0;
  for (std::size_t month = 0; month < months_.size(); ++month) {
    sum += months_[month] * month_days[month];
  }
  double week = 0;
  for (std::size_t hour = 0; hour < 24; ++hour) {
    week += 5 * weekday_[hour] + 2 * weekend_[hour];
  }
  if (!(sum > 0) || !(week > 0)) {
    throw std::invalid_argument(
        fmt::format("{}: the levels of months and hours must be positive in the mean", what));
  }
  for (auto& level : months_) {
    level *= days_of_leap_year / sum;
  }
}

double MonthlyProfile::expected(std::uint32_t day, std::uint32_t hour, bool is_weekend) const {
  const double level = (is_weekend ? weekend_ : weekday_)[hour];
  if (config_.midday_dip <= 0) {
    return level;
  }
  static const double full_sun = clear_sky_w_m2(1);
  const double sun =
      SunDay({config_.latitude_deg, 0, 0}, day).clear_sky_mean_w_m2(hour, hour + 1.0) / full_sun;
  return level * (1 - config_.midday_dip * sun);
}

double MonthlyProfile::factor(double normal) const {
  if (config_.noise_shape == NoiseShape::Normal) {
    return 1 + config_.noise * normal;
  }
  // Mean 1 and standard deviation `noise` of exp(s z - s^2/2): s^2 = log(1 + noise^2).
  const double variance = std::log1p(config_.noise * config_.noise);
  return std::exp(std::sqrt(variance) * normal - 0.5 * variance);
}

AnnualSeries MonthlyProfile::series(double mean, const Calendar& calendar,
                                    RandomStream random) const {
  const auto weekends = weekends_of(calendar);
  std::vector<double> values;
  values.reserve(AnnualSeries::hours);
  const double keep = config_.noise_correlation;
  const double renew = std::sqrt(1 - keep * keep);
  double normal = random.standard_normal();
  ByMonth sums{};
  for (std::uint32_t day = 0; day < days_of_leap_year; ++day) {
    for (std::uint32_t hour = 0; hour < 24; ++hour) {
      values.push_back(expected(day, hour, weekends[day]) * factor(normal));
      sums[month_of_day()[day]] += values.back();
      normal = keep * normal + renew * random.standard_normal();
    }
  }
  for (std::size_t month = 0; month < sums.size(); ++month) {
    if (!(sums[month] > 0)) {
      throw std::invalid_argument(fmt::format(
          "midday_dip {} and noise {} leave no positive mean in \"{}\"; make them smaller",
          config_.midday_dip, config_.noise, month_names[month]));
    }
  }
  for (std::uint32_t day = 0; day < days_of_leap_year; ++day) {
    const std::size_t month = month_of_day()[day];
    const double month_hours = 24.0 * month_days[month];
    for (std::uint32_t hour = 0; hour < 24; ++hour) {
      values[day * 24 + hour] *= mean * months_[month] * month_hours / sums[month];
    }
  }
  return AnnualSeries(1, std::move(values));
}

}  // namespace tokenfab
