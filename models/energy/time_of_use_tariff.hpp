// SPDX-License-Identifier: Apache-2.0
// Prices by the hours of named periods, with demand, capacity and fixed charges.
#pragma once

#include "models/energy/tariff_charges.hpp"
#include "models/energy/utility_tariff.hpp"

namespace tokenfab {

struct TimeOfUsePeriod {
  DollarsPerJoule price;
  DollarsPerJoule sell_price;
  std::string hours = "0-24";
  std::string months = "1-12";
  TariffDays days = TariffDays::All;
  static void describe(Describe<TimeOfUsePeriod>& d);
};

struct TimeOfUseConfig {
  std::map<std::string, TimeOfUsePeriod> periods;
  TariffChargesConfig charges;
  static void describe(Describe<TimeOfUseConfig>& d);
};

class TimeOfUseTariff final : public UtilityTariff {
 public:
  /// std::invalid_argument: the periods do not cover every hour of the year exactly once.
  explicit TimeOfUseTariff(const TimeOfUseConfig& config);
};

}  // namespace tokenfab
