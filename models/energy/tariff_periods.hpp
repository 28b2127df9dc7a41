// SPDX-License-Identifier: Apache-2.0
// When the periods of a tariff hold, in words: hours "8-11,18-21" or "22-6" of the wall clock,
// months "6-9" or "11-2", days "all", "weekday" or "weekend" (Saturday and Sunday; public holidays
// count as the weekday they are).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/api/field.hpp"
#include "sim/api/utility_rate.hpp"

namespace tokenfab {

enum class TariffDays { All, Weekday, Weekend };

/// Every hour of the year in which a period holds.
struct PeriodTimes {
  std::string hours = "0-24";
  std::string months = "1-12";
  TariffDays days = TariffDays::All;
};

/// Declares the fields of one among those of a period's configuration C.
template <class C>
void describe_times(Describe<C>& d, std::string C::*hours, std::string C::*months,
                    TariffDays C::*days) {
  d.field("hours", hours,
          "Hours of the wall clock, from and to, like \"8-11,18-21\"; \"22-6\" goes over midnight");
  d.field("months", months, "Months from and through, like \"6-9\" or \"1,11-12\"");
  d.choice("days", days, {"all", "weekday", "weekend"}, "Days on which the period holds");
}

struct PeriodTables {
  PeriodTable weekday{};
  PeriodTable weekend{};
};

/// Periods are numbered in the order of their names. std::invalid_argument, with everything that is
/// wrong: words that are none of the above, hours that no period covers or two do.
PeriodTables period_tables(const std::string& owner,
                           const std::map<std::string, PeriodTimes>& periods);

/// The same where hours may be left over, which get the number periods.size().
PeriodTables sparse_period_tables(const std::string& owner,
                                  const std::map<std::string, PeriodTimes>& periods);

}  // namespace tokenfab
