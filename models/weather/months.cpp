// SPDX-License-Identifier: Apache-2.0
#include "models/weather/months.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

std::size_t month_number(const std::string& name) {
  const auto found = std::find(month_names.begin(), month_names.end(), name);
  return static_cast<std::size_t>(found - month_names.begin());
}

}  // namespace

ByMonth by_month(const std::map<std::string, double>& values, const std::string& what, double low,
                 double high) {
  ByMonth result{};
  std::string problems;
  const auto add = [&](const std::string& problem) {
    problems += fmt::format("{}{}", problems.empty() ? "" : "; ", problem);
  };
  for (const auto& [name, value] : values) {
    const auto month = month_number(name);
    if (month == month_names.size()) {
      add(fmt::format("\"{}\" is no month; months are {}", name, fmt::join(month_names, ", ")));
    } else if (!(value >= low && value <= high)) {
      add(fmt::format("{} at \"{}\" is not between {} and {}", value, name, low, high));
    } else {
      result[month] = value;
    }
  }
  for (const auto* name : month_names) {
    if (values.count(name) == 0) {
      add(fmt::format("\"{}\" is missing", name));
    }
  }
  if (!problems.empty()) {
    throw std::invalid_argument(fmt::format("{}: {}", what, problems));
  }
  return result;
}

const std::array<std::uint8_t, days_of_leap_year>& month_of_day() {
  static const auto table = [] {
    std::array<std::uint8_t, days_of_leap_year> result{};
    std::size_t day = 0;
    for (std::size_t month = 0; month < month_days.size(); ++month) {
      for (std::uint32_t i = 0; i < month_days[month]; ++i) {
        result[day++] = static_cast<std::uint8_t>(month);
      }
    }
    return result;
  }();
  return table;
}

ByMonth monthly_means(const std::vector<double>& daily) {
  CHECK(daily.size() == days_of_leap_year, "{} days", daily.size());
  ByMonth sums{};
  for (std::size_t day = 0; day < daily.size(); ++day) {
    sums[month_of_day()[day]] += daily[day];
  }
  for (std::size_t month = 0; month < sums.size(); ++month) {
    sums[month] /= month_days[month];
  }
  return sums;
}

std::vector<double> daily_from_months(const ByMonth& values) {
  std::array<double, 12> middle{};
  double start = 0;
  for (std::size_t month = 0; month < middle.size(); ++month) {
    middle[month] = start + 0.5 * month_days[month];
    start += month_days[month];
  }
  std::vector<double> daily(days_of_leap_year);
  for (std::size_t day = 0; day < daily.size(); ++day) {
    const double noon = static_cast<double>(day) + 0.5;
    const std::size_t month = month_of_day()[day];
    const bool is_second_half = noon >= middle[month];
    const std::size_t left = is_second_half ? month : (month + 11) % 12;
    const std::size_t right = (left + 1) % 12;
    const double width = 0.5 * (month_days[left] + month_days[right]);
    double past_left = noon - middle[left];
    past_left += past_left < 0 ? days_of_leap_year : 0;
    daily[day] = values[left] + (values[right] - values[left]) * past_left / width;
  }
  return daily;
}

void shift_to_monthly_means(std::vector<double>& daily, const ByMonth& wanted) {
  // A line through the errors at the middles has itself wrong means, by about an eighth of its
  // curvature: each round leaves less than a third of the error.
  constexpr int rounds = 30;
  for (int round = 0; round < rounds; ++round) {
    ByMonth error = monthly_means(daily);
    for (std::size_t month = 0; month < error.size(); ++month) {
      error[month] = wanted[month] - error[month];
    }
    const auto shift = daily_from_months(error);
    for (std::size_t day = 0; day < daily.size(); ++day) {
      daily[day] += shift[day];
    }
  }
}

}  // namespace tokenfab
