// SPDX-License-Identifier: Apache-2.0
#include "models/load/daily_load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace tokenfab {
namespace {

/// A value holds from its key to the next; before the first key holds what the last one says.
template <std::size_t N>
std::array<double, N> steps(const char* field, const std::map<std::string, double>& values,
                            int first) {
  std::map<int, double> by_number;
  for (const auto& [key, value] : values) {
    int number = 0;
    const auto [stop, error] = std::from_chars(key.data(), key.data() + key.size(), number);
    const bool is_right = error == std::errc{} && stop == key.data() + key.size() &&
                          number >= first && number < first + static_cast<int>(N);
    if (!is_right || !by_number.emplace(number, value).second) {
      throw std::invalid_argument(
          fmt::format("{}: the key \"{}\" is not a whole number from {} to {}, given once", field,
                      key, first, first + static_cast<int>(N) - 1));
    }
  }
  std::array<double, N> result{};
  double value = by_number.rbegin()->second;
  for (std::size_t i = 0; i < N; ++i) {
    const auto given = by_number.find(first + static_cast<int>(i));
    value = given == by_number.end() ? value : given->second;
    result[i] = value;
  }
  return result;
}

}  // namespace

void DailyLoadConfig::describe(Describe<DailyLoadConfig>& d) {
  using C = DailyLoadConfig;
  d.field("by_hour", &C::by_hour,
          "Utilization from an hour of the day, 0 to 23, to the next one given")
      .required()
      .range(0, 1);
  d.field("weekend", &C::weekend, "The same on Saturdays and Sundays; by_hour if absent")
      .range(0, 1);
  d.field("by_month", &C::by_month, "Factor from a month, 1 to 12, to the next one given")
      .range(0, 100);
}

DailyLoad::DailyLoad(const DailyLoadConfig& config) {
  if (config.by_hour.empty()) {
    throw std::invalid_argument("by_hour: no hour is given; {\"0\": 0.5} holds all day");
  }
  weekday_ = steps<24>("by_hour", config.by_hour, 0);
  weekend_ = config.weekend.empty() ? weekday_ : steps<24>("weekend", config.weekend, 0);
  month_.fill(1);
  if (!config.by_month.empty()) {
    month_ = steps<12>("by_month", config.by_month, 1);
  }
  const double hour_most = std::max(*std::max_element(weekday_.begin(), weekday_.end()),
                                    *std::max_element(weekend_.begin(), weekend_.end()));
  const double month_most = *std::max_element(month_.begin(), month_.end());
  if (hour_most * month_most > 1) {
    throw std::invalid_argument(
        fmt::format("by_month: factor {} on utilization {} is more than full load; at most {} fits",
                    month_most, hour_most, 1 / hour_most));
  }
}

double DailyLoad::utilization(Instant at) const {
  const CivilTime local = calendar_.at(at);
  const auto& hours = local.is_weekend() ? weekend_ : weekday_;
  return hours[static_cast<std::size_t>(local.hour)] *
         month_[static_cast<std::size_t>(local.month - 1)];
}

std::optional<Instant> DailyLoad::holds_until(Instant at) const {
  return calendar_.next_multiple(at,
                                 Duration::from_ticks(Int128{3600} * Duration::ticks_per_second));
}

}  // namespace tokenfab
