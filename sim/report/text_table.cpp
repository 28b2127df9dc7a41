// SPDX-License-Identifier: Apache-2.0
#include "sim/report/text_table.hpp"

#include <cstddef>

namespace tokenfab {
namespace {

constexpr double kilo = 1e3;

}  // namespace

std::string grouped(double value) {
  auto digits = fmt::format("{:.0f}", value);
  for (auto position = static_cast<std::ptrdiff_t>(digits.size()) - 3; position > 0;
       position -= 3) {
    digits.insert(static_cast<std::size_t>(position), ",");
  }
  return digits;
}

std::string duration(double seconds) {
  if (seconds < 1) {
    return fmt::format("{:.1f} ms", seconds * kilo);
  }
  if (seconds < 120) {
    return fmt::format("{:.2f} s", seconds);
  }
  return seconds < 2 * 3600 ? fmt::format("{:.1f} min", seconds / 60)
                            : fmt::format("{:.1f} h", seconds / 3600);
}

std::string power(double watts) {
  return watts < 1e6 ? fmt::format("{:.1f} kW", watts / kilo)
                     : fmt::format("{:.2f} MW", watts / 1e6);
}

std::string money(double dollars) {
  if (dollars < 0) {
    return "-" + money(-dollars);
  }
  return dollars >= 1000 ? "$" + grouped(dollars) : fmt::format("${:.4g}", dollars);
}

}  // namespace tokenfab
