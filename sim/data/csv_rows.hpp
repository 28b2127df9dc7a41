// SPDX-License-Identifier: Apache-2.0
// Rows of CSV files that the program writes, by the names in their first line, one at a time: a
// result folder may hold millions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/data/line_reader.hpp"

namespace tokenfab {

class CsvRows {
 public:
  /// Throws ConfigError if there is no such file, DataError if it is empty or lacks one of the
  /// columns, all of them at once.
  CsvRows(const std::string& path, std::vector<std::string> columns);

  /// Throws DataError if the row is not as long as the first line.
  bool next();

  /// Of the columns asked for, by their place in the list; valid until the next row.
  std::string_view text(std::size_t column) const { return cells_[places_[column]]; }
  /// Absent if the cell is empty. Throws DataError if it is no finite number.
  std::optional<double> number(std::size_t column) const;
  double number_or(std::size_t column, double otherwise) const {
    return number(column).value_or(otherwise);
  }
  /// Throws DataError if the cell is empty, too.
  double known_number(std::size_t column) const;
  /// Seconds into the run, 0 if the cell is empty. Throws DataError for any other number.
  double date_s(std::size_t column) const;
  [[noreturn]] void refuse(std::string message) const;

 private:
  void split(std::string_view line);
  void split_quoted(std::string_view line);

  LineReader lines_;
  std::vector<std::string> columns_;
  std::vector<std::size_t> places_;
  std::string unquoted_;  // the row without its quotes, if it has some
  std::vector<std::string_view> cells_;
  std::size_t count_ = 0;  // of cells in the first line
};

}  // namespace tokenfab
