// SPDX-License-Identifier: Apache-2.0
// Periods of a URDB record: tiers of prices, and the tables that say when each period holds.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/api/utility_rate.hpp"
#include "sim/data/site_file.hpp"
#include "sim/data/urdb_fields.hpp"

namespace tokenfab {

/// A price and up to which monthly amount it holds, in the file's units.
struct UrdbTier {
  double most = 0;  // infinite: without end
  double price = 0;
  double sell_price = 0;
};
using UrdbPeriods = std::vector<std::vector<UrdbTier>>;

/// `name` holds a list of periods, each a list of tiers; `unit` is that of their limits. Empty: the
/// field is not there, or at fault.
UrdbPeriods read_urdb_periods(SiteFile& file, const UrdbFields& record, std::string_view name,
                              std::string_view unit);

/// 12 rows of 24 numbers of periods. With one period the field may be absent.
PeriodTable read_urdb_schedule(const UrdbFields& record, std::string_view name,
                               std::size_t periods);

/// 12 numbers of periods. With one period the field may be absent.
std::array<std::uint8_t, 12> read_urdb_months(const UrdbFields& record, std::string_view name,
                                              std::size_t periods);

}  // namespace tokenfab
