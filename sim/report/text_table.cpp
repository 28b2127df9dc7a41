// SPDX-License-Identifier: Apache-2.0
#include "sim/report/text_table.hpp"

#include <cstddef>

#include "sim/core/unit_factors.hpp"

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
  if (seconds < 2 * 3600) {
    return fmt::format("{:.1f} min", seconds / 60);
  }
  return seconds < 2 * 86400 ? fmt::format("{:.1f} h", seconds / 3600)
                             : fmt::format("{:.1f} d", seconds / 86400);
}

std::string power(double watts) {
  return watts < 1e6 ? fmt::format("{:.1f} kW", watts / kilo)
                     : fmt::format("{:.2f} MW", watts / 1e6);
}

std::string energy(double joules) {
  const double kwh = joules / joules_per_kwh;
  if (kwh < 1e4) {
    return fmt::format("{:.1f} kWh", kwh);
  }
  return kwh < 1e7 ? fmt::format("{:.1f} MWh", kwh / 1e3) : fmt::format("{:.1f} GWh", kwh / 1e6);
}

std::string mass(double kilograms) {
  if (kilograms < 1e4) {
    return fmt::format("{:.1f} kg", kilograms);
  }
  return kilograms < 1e6 ? fmt::format("{:.1f} t", kilograms / kilo)
                         : grouped(kilograms / kilo) + " t";
}

std::string money(double dollars) {
  if (dollars < 0) {
    return "-" + money(-dollars);
  }
  return dollars >= 1000 ? "$" + grouped(dollars) : fmt::format("${:.4g}", dollars);
}

}  // namespace tokenfab
