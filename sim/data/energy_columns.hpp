// SPDX-License-Identifier: Apache-2.0
// Prices and carbon intensities of electricity as files have them, and their bounds. Prices may be
// negative; markets cap them far below the bound (Estimate: 1000 times a usual price).
#pragma once

#include <string_view>

#include "sim/core/unit_factors.hpp"
#include "sim/data/site_table.hpp"

namespace tokenfab {

inline constexpr double joules_per_mwh = 3.6e9;

/// USD/J of a price in a currency per so many joules.
inline SiteColumn price_column(std::string_view name, double usd_per_unit, double joules) {
  return {.name = name, .lowest = -1e8, .highest = 1e8, .to_si = usd_per_unit / joules};
}
/// kg/J of g CO2e/kWh; no fuel reaches the bound (Estimate: twice the worst lignite).
inline SiteColumn carbon_column(std::string_view name) {
  return {.name = name, .lowest = 0, .highest = 3000, .to_si = 1e-3 / joules_per_kwh};
}
inline SiteColumn share_column(std::string_view name) {
  return {.name = name, .lowest = 0, .highest = 100, .to_si = 0.01, .is_required = false};
}

}  // namespace tokenfab
