// SPDX-License-Identifier: Apache-2.0
// What a month costs besides energy: highest power, contracted capacity, fixed and minimum charges.
#pragma once

#include "models/energy/tariff_periods.hpp"
#include "sim/api/field.hpp"
#include "sim/api/utility_rate.hpp"

namespace tokenfab {

/// Price of the highest power in the hours of a period.
struct DemandPeriodConfig {
  DollarsPerWatt price;
  std::string hours = "0-24";
  std::string months = "1-12";
  TariffDays days = TariffDays::All;
  static void describe(Describe<DemandPeriodConfig>& d);
};

struct TariffChargesConfig {
  DollarsPerWatt demand;
  std::map<std::string, DemandPeriodConfig> demand_periods;
  Seconds demand_window{900};
  double ratchet = 0;
  std::int32_t ratchet_months = 11;
  DollarsPerWatt capacity;
  Watts contracted{0};
  Dollars fixed;
  Dollars minimum;
  static void describe(Describe<TariffChargesConfig>& d);
};

/// Writes them into `rate`. std::invalid_argument: charges that contradict each other.
void add_charges(const std::string& owner, const TariffChargesConfig& charges, UtilityRate& rate);

}  // namespace tokenfab
