// SPDX-License-Identifier: Apache-2.0
#include "models/workload/diurnal_pattern.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace tokenfab {
namespace {

constexpr double hour_s = 3600;
constexpr double day_s = 24 * hour_s;
constexpr Duration day = Duration::from_ticks(Int128{86'400} * Duration::ticks_per_second);

using Point = std::pair<double, double>;  // seconds since midnight, factor

double seconds_of(const std::string& key) {
  double hour = 0;
  const char* const end = key.data() + key.size();
  const auto [stop, error] = std::from_chars(key.data(), end, hour);
  if (error != std::errc{} || stop != end || !(hour >= 0 && hour < 24)) {
    throw std::invalid_argument(
        fmt::format("diurnal: the key \"{}\" is not an hour of the day from 0 to below 24", key));
  }
  return hour * hour_s;
}

/// Sorted, the first at midnight.
std::vector<Point> checked(const std::map<std::string, double>& factors) {
  std::vector<Point> points;
  for (const auto& [key, factor] : factors) {
    if (!(factor >= 0 && factor <= 1e9)) {
      throw std::invalid_argument(
          fmt::format("diurnal: factor {} at \"{}\" is not between 0 and 1e9", factor, key));
    }
    points.emplace_back(seconds_of(key), factor);
  }
  std::sort(points.begin(), points.end());
  const auto same =
      std::adjacent_find(points.begin(), points.end(),
                         [](const auto& a, const auto& b) { return a.first == b.first; });
  if (same != points.end()) {
    throw std::invalid_argument(
        fmt::format("diurnal: hour {} is given twice", same->first / hour_s));
  }
  if (!points.empty() && points.front().first > 0) {
    points.insert(points.begin(), {0, points.back().second});
  }
  return points;
}

}  // namespace

DiurnalPattern::DiurnalPattern(const std::map<std::string, double>& factors, Duration time_of_day)
    : time_of_day_(time_of_day) {
  const auto points = checked(factors);
  const auto end_of = [&](std::size_t i) {
    return i + 1 < points.size() ? points[i + 1].first : day_s;
  };
  double total = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    total += points[i].second * (end_of(i) - points[i].first);
  }
  if (!(total > 0)) {
    throw std::invalid_argument("diurnal: no factor is positive, so nothing would ever arrive");
  }
  const double start_s = time_of_day.seconds();
  double integral = 0;
  double before_start = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double begin = points[i].first;
    const double factor = points[i].second * (day_s / total);
    before_start += factor * (std::clamp(start_s, begin, end_of(i)) - begin);
    if (factor > 0) {
      spans_.push_back({begin, end_of(i), integral, factor});
      integral += factor * (end_of(i) - begin);
    }
  }
  steady_at_start_ = Duration::from_seconds(before_start);
}

Duration DiurnalPattern::date_of(Duration steady) const {
  const Duration since_midnight = steady_at_start_ + steady;
  const auto days = static_cast<std::int64_t>(since_midnight.ticks() / day.ticks());
  const double rest = (since_midnight - day * days).seconds();
  const auto after =
      std::upper_bound(spans_.begin(), spans_.end(), rest,
                       [](double value, const Span& span) { return value < span.integral; });
  const Span& span = after == spans_.begin() ? *after : *std::prev(after);
  // Rounding must neither leave the span, where order would be lost, ...
  const double second =
      std::clamp(span.begin_s + (rest - span.integral) / span.factor, span.begin_s, span.end_s);
  // ... nor give a date before the first.
  return std::max(Duration(), day * days + Duration::from_seconds(second) - time_of_day_);
}

}  // namespace tokenfab
