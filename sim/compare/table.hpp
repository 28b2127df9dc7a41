// SPDX-License-Identifier: Apache-2.0
// One table, told three ways: aligned text for people, CSV with all digits for programs, Markdown
// for a pull request.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tokenfab {

enum class TableFormat { Text, Json, Csv, Markdown };

struct TableCell {
  std::string text;              // for people; empty: nothing to say
  std::optional<double> number;  // with all its digits, for CSV

  TableCell() = default;
  TableCell(std::string words) : text(std::move(words)) {}
  TableCell(const char* words) : text(words) {}
  /// `shown` is how people see the number.
  TableCell(double value, std::string shown) : text(std::move(shown)), number(value) {}
};

/// In six digits; "-" if there is none.
TableCell number_cell(const std::optional<double>& value);
/// "+3.4 %" of a ratio; "-" if there is none.
TableCell percent_cell(const std::optional<double>& ratio);

struct Table {
  std::string title;
  std::vector<std::string> headings;  // the first column is text, the others stand to the right
  std::vector<std::vector<TableCell>> rows;
  bool ends_in_words = false;  // the last column is text too
};

std::string text_of(const Table& table);
std::string markdown_of(const Table& table);
/// Headings and rows; a cell with a comma, a quote or a line break is quoted (RFC 4180).
std::string csv_of(const Table& table);

}  // namespace tokenfab
