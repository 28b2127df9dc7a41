// SPDX-License-Identifier: Apache-2.0
#include "sim/page/thinning.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint32_t unknown_step = 65535;
constexpr double steps = 65534;

/// The lowest and the highest of a stretch in the order in which they come.
struct Extremes {
  double low = unknown;
  double high = unknown;
  bool is_low_first = true;

  void add(double value) {
    if (std::isnan(value)) {
      return;
    }
    if (std::isnan(low)) {
      low = high = value;
    } else if (value > high) {
      high = value;
      is_low_first = true;
    } else if (value < low) {
      low = value;
      is_low_first = false;
    }
  }
};

}  // namespace

double RegularDates::at(std::size_t i) const {
  return std::min(end_s, first_s + static_cast<double>(i) * step_s);
}

bool are_regular(std::span<const double> dates_s) {
  if (dates_s.size() < 3) {
    return dates_s.size() < 2 || dates_s[1] > dates_s[0];
  }
  const double step = dates_s[1] - dates_s[0];
  const double slack = 1e-6 * step;
  for (std::size_t i = 2; i < dates_s.size(); ++i) {
    const double gap = dates_s[i] - dates_s[i - 1];
    const bool is_last = i + 1 == dates_s.size();
    if (!(std::abs(gap - step) <= slack || (is_last && gap > 0 && gap < step))) {
      return false;
    }
  }
  return step > 0;
}

RegularDates thin(std::span<const double> dates_s, std::vector<SampledLine>& lines,
                  std::size_t points_max) {
  CHECK(points_max >= 4, "{} points", points_max);
  const auto count = dates_s.size();
  RegularDates dates;
  dates.count = count;
  if (count == 0) {
    return dates;
  }
  dates.first_s = dates_s.front();
  dates.end_s = dates_s.back();
  if (count <= points_max && are_regular(dates_s)) {
    dates.step_s = count > 1 ? dates_s[1] - dates_s[0] : 1;
    return dates;
  }
  const auto stretches = std::max<std::size_t>(1, std::min(points_max, count) / 2);
  const double width = std::max(dates.end_s - dates.first_s, 1e-9) / static_cast<double>(stretches);
  for (auto& line : lines) {
    std::vector<Extremes> extremes(stretches);
    for (std::size_t i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>((dates_s[i] - dates.first_s) / width);
      extremes[std::min(at, stretches - 1)].add(line.values[i]);
    }
    line.values.clear();
    for (const auto& each : extremes) {
      line.values.push_back(each.is_low_first ? each.low : each.high);
      line.values.push_back(each.is_low_first ? each.high : each.low);
    }
  }
  dates.first_s += width / 4;
  dates.step_s = width / 2;
  dates.count = 2 * stretches;
  return dates;
}

QuantizedLine quantized(std::span<const double> values) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const double value : values) {
    if (std::isfinite(value)) {
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  QuantizedLine line;
  line.offset = low <= high ? low : 0;
  line.scale = low < high ? (high - low) / steps : 0;
  for (const double value : values) {
    auto step = unknown_step;
    if (std::isfinite(value)) {
      const double exact = line.scale > 0 ? (value - line.offset) / line.scale : 0;
      step = static_cast<std::uint32_t>(std::clamp(std::round(exact), 0.0, steps));
    }
    line.bytes += static_cast<char>(step & 0xFFU);
    line.bytes += static_cast<char>(step >> 8);
  }
  return line;
}

std::vector<double> restored(const QuantizedLine& line) {
  std::vector<double> values;
  for (std::size_t i = 0; i + 1 < line.bytes.size(); i += 2) {
    const auto low = static_cast<unsigned char>(line.bytes[i]);
    const auto high = static_cast<unsigned char>(line.bytes[i + 1]);
    const std::uint32_t step = low | static_cast<std::uint32_t>(high) << 8;
    values.push_back(step == unknown_step ? unknown : line.offset + line.scale * step);
  }
  return values;
}

}  // namespace tokenfab
