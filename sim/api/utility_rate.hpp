// SPDX-License-Identifier: Apache-2.0
// An electricity tariff as utilities file it: energy and demand prices by period of the week, in
// tiers, with ratchets and fixed charges. The fields follow the OpenEI Utility Rate Database
// (URDB, https://openei.org/services/doc/rest/util_rates), which tariffs of other countries are
// brought into.
#pragma once

#include <array>
#include <limits>
#include <string>
#include <vector>

#include "sim/core/units.hpp"

namespace tokenfab {

/// Price up to a monthly amount; the tiers of a period follow each other.
struct EnergyTier {
  Joules most{std::numeric_limits<double>::infinity()};
  DollarsPerJoule price;
  DollarsPerJoule sell_price;  // of energy fed into the grid
};
struct DemandTier {
  Watts most{std::numeric_limits<double>::infinity()};
  DollarsPerWatt price;  // a month
};

/// Number of the period by month (0: January) and hour.
using PeriodTable = std::array<std::array<std::uint8_t, 24>, 12>;

struct UtilityRate {
  std::string name;
  std::vector<std::vector<EnergyTier>> energy;  // tiers by period; never empty
  PeriodTable energy_weekday{};
  PeriodTable energy_weekend{};
  std::vector<std::vector<DemandTier>> demand;  // by period of the day; empty: none
  PeriodTable demand_weekday{};
  PeriodTable demand_weekend{};
  std::vector<std::vector<DemandTier>> flat_demand;  // by season; empty: none
  std::array<std::uint8_t, 12> flat_demand_season{};
  Seconds demand_window{900};
  std::array<double, 12> ratchet{};         // by month: share of the highest past peak that counts
  std::array<bool, 12> ratchet_looks_at{};  // months whose peaks count for it
  int ratchet_months = 0;                   // how far back; 0: no ratchet
  Dollars fixed_per_month;
  Dollars minimum_per_month;
};

}  // namespace tokenfab
