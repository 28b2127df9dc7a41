// SPDX-License-Identifier: Apache-2.0
// The Chinese two-part tariff of large users: a charge per kVA of transformer or per kW of highest
// power, and energy whose market part is multiplied by the hour: sharp, peak, flat, valley, deep
// valley.
//   price(hour) = floating_price x multiplier(period) + fixed_price
// Which parts of the price float differs by province; catalogue entries say so.
// Sources: NDRC 2021 No. 1093 (time-of-use prices), NDRC 2023 No. 526 (transmission and
// distribution prices of 2023-2026: users choose capacity or demand; those that use at least 260
// kWh a month per kVA pay 90 % of the demand price).
#pragma once

#include "models/energy/tariff_charges.hpp"
#include "models/energy/utility_tariff.hpp"

namespace tokenfab {

struct ChinaPeriod {
  double multiplier = 1;
  std::string hours = "0-24";
  std::string months = "1-12";
  TariffDays days = TariffDays::All;
  static void describe(Describe<ChinaPeriod>& d);
};

enum class BasicCharge { Demand, Capacity };

struct ChinaTwoPartConfig {
  DollarsPerJoule floating_price;
  DollarsPerJoule fixed_price;
  std::map<std::string, ChinaPeriod> periods;
  BasicCharge basic_charge = BasicCharge::Demand;
  DollarsPerWatt demand_price;
  double demand_share = 0.9;
  DollarsPerWatt capacity_price;
  Watts transformer{0};
  static void describe(Describe<ChinaTwoPartConfig>& d);
};

class ChinaTwoPartTariff final : public UtilityTariff {
 public:
  /// std::invalid_argument: hours covered not exactly once, a basic charge without its size.
  explicit ChinaTwoPartTariff(const ChinaTwoPartConfig& config);
};

}  // namespace tokenfab
