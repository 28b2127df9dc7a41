// SPDX-License-Identifier: Apache-2.0
// Rows of a site data file with named columns, and the numbers in them.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/data/site_file.hpp"

namespace tokenfab {

/// A quantity that a column holds.
struct SiteColumn {
  std::string_view name;  // of the column
  double lowest = 0;      // allowed, in the file's unit
  double highest = 0;
  double to_si = 1;         // factor to the unit of the series made of it
  bool is_required = true;  // otherwise the column may be absent or all empty
  /// What stands for "not measured", besides an empty cell: this value and all above it.
  double missing_from = std::numeric_limits<double>::infinity();
};

/// A finite decimal number; blanks around it are skipped.
std::optional<double> parse_number(std::string_view text);

/// Splits at the separator, not inside double quotes, which are taken off. Fields beyond the span
/// are counted, not stored.
std::size_t split_quoted(std::string_view line, char separator, std::span<std::string_view> fields);

class SiteTable {
 public:
  static constexpr std::size_t max_columns = 64;

  /// The header is the line of `file` last read.
  SiteTable(SiteFile& file, std::string_view header, char separator);

  const std::vector<std::string>& columns() const { return names_; }
  std::optional<std::size_t> find(std::string_view name) const;
  /// DataError: there is no such column.
  std::size_t require(std::string_view name) const;

  /// Reads the next row that is not blank; false at the end. Rows with another number of fields
  /// than the header are faults and left out.
  bool next();
  std::string_view field(std::size_t column) const { return fields_[column]; }
  /// The field in the unit of the series; NaN: not measured. Anything else is a fault.
  double value(std::size_t column, const SiteColumn& quantity);

 private:
  SiteFile& file_;
  char separator_;
  std::vector<std::string> names_;
  std::array<std::string_view, max_columns> fields_;
};

/// The number in `text` in the unit of the series; NaN: not measured. Anything else is a fault.
double site_value(SiteFile& file, std::string_view text, const SiteColumn& quantity);

}  // namespace tokenfab
