// SPDX-License-Identifier: Apache-2.0
// Rates and dates that tests of tariffs share.
#pragma once

#include <chrono>
#include <vector>

#include "models/energy/utility_bill.hpp"

namespace tokenfab {

constexpr double kwh = 3.6e6;  // J

inline Duration hours(double number) { return Duration::from_seconds(number * 3600); }

/// Wall clock that shows the first of a month, 00:00, at date 0.
inline Calendar calendar_from(int year, unsigned month, unsigned day = 1) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return Calendar(Duration::from_ticks(Int128{days} * 86400 * Duration::ticks_per_second));
}

inline PeriodTable same_all_day(std::uint8_t period) {
  PeriodTable table;
  for (auto& month : table) {
    month.fill(period);
  }
  return table;
}

inline EnergyTier energy_at(double usd_per_kwh, double sell = 0) {
  return {.price = DollarsPerJoule(usd_per_kwh / kwh), .sell_price = DollarsPerJoule(sell / kwh)};
}
inline DemandTier demand_at(double usd_per_kw) {
  return {.price = DollarsPerWatt(usd_per_kw / 1e3)};
}

inline UtilityRate flat_rate(double usd_per_kwh) {
  UtilityRate rate;
  rate.energy = {{energy_at(usd_per_kwh)}};
  return rate;
}

/// Southern California Edison GS-2 TOU-B of 2015, label 55fc81d7682bea28da64f9ae of the OpenEI
/// Utility Rate Database.
inline UtilityRate sce_gs2_toub() {
  UtilityRate rate;
  for (const double price : {0.0712, 0.09368, 0.066, 0.08888, 0.1355}) {
    rate.energy.push_back({energy_at(price)});
  }
  for (std::size_t month = 0; month < 12; ++month) {
    const bool is_summer = month >= 5 && month <= 8;
    for (std::size_t hour = 0; hour < 24; ++hour) {
      const bool is_mid = hour >= 8 && hour < 23;
      const bool is_top = hour >= 12 && hour < 18;
      const bool is_winter_day = hour >= 8 && hour < 21;
      rate.energy_weekday[month][hour] = is_summer ? (is_top   ? 4
                                                      : is_mid ? 3
                                                               : 2)
                                                   : (is_winter_day ? 1 : 0);
      rate.energy_weekend[month][hour] = is_summer ? 2 : 0;
      rate.demand_weekday[month][hour] = is_summer ? (is_top ? 2 : is_mid ? 1 : 0) : 0;
    }
  }
  rate.demand = {{demand_at(0)}, {demand_at(5.3)}, {demand_at(18.11)}};
  rate.flat_demand = {{demand_at(13.2)}};
  rate.fixed_per_month = Dollars(259.2);
  return rate;
}

}  // namespace tokenfab
