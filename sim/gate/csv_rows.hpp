// SPDX-License-Identifier: Apache-2.0
// Comma-separated values with quoted fields (RFC 4180), by the names of the header.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tokenfab {

class CsvTable {
 public:
  /// `file` names the text in messages. Throws DataError: no header, a row of another width, a
  /// quote that does not end, a column of `needed` that is missing.
  CsvTable(std::string_view text, const std::string& file, const std::vector<std::string>& needed);

  std::size_t rows() const { return rows_.size(); }
  const std::string& at(std::size_t row, const std::string& column) const;
  /// The field as a number. Throws DataError if it is none or not finite.
  double number(std::size_t row, const std::string& column) const;

 private:
  std::string file_;
  std::map<std::string, std::size_t> columns_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<int> lines_;  // of the file, where each row begins
};

}  // namespace tokenfab
