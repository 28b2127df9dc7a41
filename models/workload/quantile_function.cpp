// SPDX-License-Identifier: Apache-2.0
#include "models/workload/quantile_function.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace tokenfab {
namespace {

using Point = std::pair<double, double>;  // probability, value
using Words = QuantileFunction::Words;

template <class... Args>
[[noreturn]] void refuse(fmt::format_string<Args...> text, Args&&... args) {
  throw std::invalid_argument(fmt::format(text, std::forward<Args>(args)...));
}

double probability_of(const std::string& key, const Words& words) {
  double p = 0;
  const char* const end = key.data() + key.size();
  const auto [stop, error] = std::from_chars(key.data(), end, p);
  if (error != std::errc{} || stop != end || !(p >= 0 && p <= 1)) {
    refuse("{}: the key \"{}\" is not a number between 0 and 1", words.field, key);
  }
  return p;
}

std::vector<Point> checked(const std::map<std::string, double>& points, const Words& words,
                           double low, double high) {
  std::vector<Point> sorted;
  for (const auto& [key, value] : points) {
    if (!(value >= low && value <= high)) {
      refuse("{}: {} {} at \"{}\"; {} is between {} and {}", words.field, value, words.unit, key,
             words.value, low, high);
    }
    sorted.emplace_back(probability_of(key, words), value);
  }
  std::sort(sorted.begin(), sorted.end());  // the map's order is that of the text
  if (sorted.empty() || sorted.front().first != 0 || sorted.back().first != 1) {
    refuse("{}: the probabilities \"0\" and \"1\" must be given", words.field);
  }
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const auto& [p0, value0] = sorted[i - 1];
    const auto& [p1, value1] = sorted[i];
    if (p0 == p1) {
      refuse("{}: probability {} is given twice", words.field, p0);
    }
    if (value1 < value0) {
      refuse("{}: {} {} at {} are fewer than {} at {}", words.field, value1, words.unit, p1, value0,
             p0);
    }
  }
  return sorted;
}

}  // namespace

QuantileFunction::QuantileFunction(const std::map<std::string, double>& given, const Words& words,
                                   double low, double high) {
  const auto points = checked(given, words, low, high);
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto& [p0, value0] = points[i - 1];
    const auto& [p1, value1] = points[i];
    const double slope = (value1 - value0) / (p1 - p0);
    segments_.push_back({p1, value0 - slope * p0, slope});
    mean_ += 0.5 * (value0 + value1) * (p1 - p0);
  }
  max_ = points.back().second;
  std::uint32_t segment = 0;
  for (std::size_t i = 0; i < guide_size; ++i) {
    while (segments_[segment].end <= static_cast<double>(i) / static_cast<double>(guide_size)) {
      ++segment;
    }
    guide_[i] = segment;
  }
}

}  // namespace tokenfab
