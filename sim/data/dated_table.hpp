// SPDX-License-Identifier: Apache-2.0
// A table with a column of dates in UTC or with their UTC offset.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/data/site_table.hpp"

namespace tokenfab {

class DatedTable {
 public:
  /// The header is the line of `file` last read. DataError: no column of that name.
  DatedTable(SiteFile& file, std::string_view header, char separator, std::string_view date_column)
      : file_(file), table_(file, header, separator), date_(table_.require(date_column)) {}

  /// The date of the next row in minutes since 1970 UTC; nothing at the end. Rows without a date
  /// are faults and left out.
  std::optional<std::int64_t> next();
  SiteTable& rows() { return table_; }

 private:
  SiteFile& file_;
  SiteTable table_;
  std::size_t date_;
};

}  // namespace tokenfab
