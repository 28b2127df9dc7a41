// SPDX-License-Identifier: Apache-2.0
#include "sim/report/axis_ticks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace tokenfab {
namespace {

constexpr double largest_drawable = 1e300;  // differences of drawable values stay finite
constexpr std::array<int, 3> round_digits{1, 2, 5};

/// A round number, digit x 10^exponent: multiples of it are formed without adding up errors.
struct RoundStep {
  int digit = 1;
  int exponent = 0;

  /// A division by a power of ten is exact to the last bit where the power is, 0.3 = 3 / 10.
  double times(double count) const {
    return exponent < 0 ? count * digit / std::pow(10.0, -exponent)
                        : count * digit * std::pow(10.0, exponent);
  }
  double value() const { return times(1); }
};

/// The smallest round number from `least` (> 0) up.
RoundStep round_up(double least) {
  RoundStep step{1, static_cast<int>(std::floor(std::log10(least)))};
  for (const int digit : {1, 2, 5, 10}) {
    step.digit = digit;
    if (step.value() >= least * (1 - 1e-12)) {
      break;
    }
  }
  return step;
}

std::string with_separators(std::string digits) {
  const auto first = digits.find_first_of("0123456789");
  const auto point = std::min(digits.find('.'), digits.size());
  for (auto position = static_cast<std::ptrdiff_t>(point) - 3;
       position > static_cast<std::ptrdiff_t>(first); position -= 3) {
    digits.insert(static_cast<std::size_t>(position), ",");
  }
  return digits;
}

int exponent_of(double value) { return static_cast<int>(std::floor(std::log10(value) + 1e-9)); }

/// With as many digits as tell it from a neighbour `step` away.
std::string label_of(double value, double step) {
  const double size = std::abs(value);
  if (size != 0 && (size >= 1e7 || size < 1e-4)) {
    const auto digits = exponent_of(size) - exponent_of(step);
    auto text = fmt::format("{:.{}e}", value, std::clamp(digits, 0, 15));
    const auto exponent = text.find('e');
    const auto power = std::stoi(text.substr(exponent + 1));
    return fmt::format("{}e{}", text.substr(0, exponent), power);
  }
  const int decimals = -exponent_of(step);
  return with_separators(fmt::format("{:.{}f}", value, std::clamp(decimals, 0, 15)));
}

std::vector<AxisTick> even_ticks(PlotRange range, int most) {
  auto step = round_up((range.high - range.low) / most);
  const auto count_of = [&range](const RoundStep& each) {
    return std::floor(range.high / each.value() * (1 + 1e-15)) -
           std::ceil(range.low / each.value() * (1 - 1e-15)) + 1;
  };
  while (count_of(step) > most) {
    step = round_up(step.value() * 1.5);
  }
  std::vector<AxisTick> ticks;
  const double first = std::ceil(range.low / step.value() - 1e-9);
  const double last = std::floor(range.high / step.value() + 1e-9);
  for (double count = first; count <= last && static_cast<int>(ticks.size()) < most; ++count) {
    const double value = count == 0 ? 0 : step.times(count);
    if (!ticks.empty() && value <= ticks.back().value) {
      break;  // steps below the resolution of the numbers
    }
    ticks.push_back({value, label_of(value, step.value())});
  }
  return ticks;
}

std::vector<AxisTick> decade_ticks(PlotRange range, int most) {
  const int first = static_cast<int>(std::floor(std::log10(range.low)));
  const int last = static_cast<int>(std::ceil(std::log10(range.high)));
  const auto within = [&range](double value) {
    return value >= range.low * (1 - 1e-9) && value <= range.high * (1 + 1e-9);
  };
  std::vector<AxisTick> ticks;
  for (int exponent = first; exponent <= last; ++exponent) {
    for (const int digit : round_digits) {
      const double value = RoundStep{digit, exponent}.value();
      if (within(value)) {
        ticks.push_back({value, label_of(value, value)});
      }
    }
  }
  if (static_cast<int>(ticks.size()) <= most) {
    return ticks;
  }
  ticks.clear();
  const auto stride = static_cast<int>(round_up((last - first + 1.0) / most + 1e-9).value());
  const int offset = ((first % stride) + stride) % stride;
  for (int exponent = first - offset; exponent <= last; exponent += std::max(stride, 1)) {
    const double value = RoundStep{1, exponent}.value();
    if (within(value)) {
      ticks.push_back({value, label_of(value, value)});
    }
  }
  return ticks;
}

}  // namespace

std::vector<AxisTick> axis_ticks(PlotRange range, bool is_log, int most) {
  return is_log && range.high / range.low >= 8 ? decade_ticks(range, most)
                                               : even_ticks(range, most);
}

bool is_drawable(double value, bool is_log) {
  return std::abs(value) <= largest_drawable && (!is_log || value >= 1 / largest_drawable);
}

PlotRange range_of(const std::vector<double>& values, bool is_log) {
  std::vector<double> drawn;
  std::copy_if(values.begin(), values.end(), std::back_inserter(drawn),
               [is_log](double each) { return is_drawable(each, is_log); });
  if (drawn.empty()) {
    return is_log ? PlotRange{1, 10} : PlotRange{0, 1};
  }
  const auto [low, high] = std::minmax_element(drawn.begin(), drawn.end());
  if (is_log) {
    const double room = *low == *high ? 2 : std::pow(*high / *low, 0.05);
    return {*low / room, *high * room};
  }
  if (*low == *high) {
    const double room = *low == 0 ? 1 : std::abs(*low) / 2;
    return {*low - room, *high + room};
  }
  const double room = (*high - *low) / 20;
  // An axis of amounts that come near nothing begins at nothing.
  const bool is_near_zero = *low >= 0 && *low < (*high - *low) / 2;
  return {is_near_zero ? 0 : *low - room, *high + room};
}

}  // namespace tokenfab
