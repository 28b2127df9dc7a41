// SPDX-License-Identifier: Apache-2.0
#include "sim/data/dated_table.hpp"

#include <fmt/format.h>

#include "sim/data/problems.hpp"
#include "sim/data/year_clock.hpp"

namespace tokenfab {

std::optional<std::int64_t> DatedTable::next() {
  while (table_.next()) {
    if (const auto date = parse_civil_minute(table_.field(date_))) [[likely]] {
      return date->minute - date->utc_offset_minutes.value_or(0);
    }
    file_.refuse(fmt::format("{} is {}, expected YYYY-MM-DD HH:MM:SS in UTC or with an offset",
                             table_.columns()[date_], quote(table_.field(date_))));
  }
  return std::nullopt;
}

}  // namespace tokenfab
