// SPDX-License-Identifier: Apache-2.0
// Rows of a table of a result folder, one at a time, by the names of its columns.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/data/line_reader.hpp"

namespace tokenfab {

class ResultRows {
 public:
  /// `columns` are numbered in this order, wherever they stand in the file. ConfigError: the file
  /// cannot be read. DataError: a column is missing.
  ResultRows(const std::string& path, const std::vector<std::string_view>& columns);

  /// False at the end. DataError: a row with another number of fields than the heading.
  bool next();
  /// Valid until the next row.
  std::string_view text(std::size_t column) const { return fields_[places_[column]]; }
  /// nullopt: the field is empty. DataError: it is no number.
  std::optional<double> number(std::size_t column) const;
  /// DataError if it is empty, too.
  double known_number(std::size_t column) const;
  /// DataError at the row.
  [[noreturn]] void refuse(std::string message) const;

 private:
  void split(std::string_view line);

  LineReader lines_;
  std::vector<std::string> names_;
  std::vector<std::size_t> places_;
  std::vector<std::string_view> fields_;
  std::size_t width_ = 0;
};

}  // namespace tokenfab
