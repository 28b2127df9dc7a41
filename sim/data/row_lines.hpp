// SPDX-License-Identifier: Apache-2.0
// What all line-by-line data has in common, whatever its rows are: one row per line, perhaps below
// a header line, no blank line before the last row, and errors that name file and line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/instant.hpp"
#include "sim/data/line_reader.hpp"

namespace tokenfab {

class RowLines {
 protected:
  /// Reads the header line. DataError: there is none; `expected_header` says what it should be.
  RowLines(ByteStream stream, std::string_view expected_header);
  /// Of a format without a header line; lines that begin with `comment` are passed over.
  explicit RowLines(ByteStream stream, char comment = '\0')
      : lines_(std::move(stream)), comment_(comment) {}
  ~RowLines() = default;

  /// The header first, then the row in hand.
  std::string_view line() const { return line_; }
  std::int64_t line_number() const { return lines_.line_number(); }

  /// Takes the next row in hand; false at the end. DataError: a blank line before it; `has_row` is
  /// set then, as there is one.
  bool next_row_line(bool& has_row);

  /// The columns that the header names, as places in `known`. DataError: one that is unknown,
  /// there twice, or missing of the first `required`.
  std::vector<std::size_t> read_columns(std::span<const std::string_view> known,
                                        std::size_t required,
                                        std::string_view expected_header) const;

  /// Throw DataError at the line in hand.
  [[noreturn]] void reject(std::string message, std::string fix = {}) const;
  [[noreturn]] void reject_field(std::string_view column, std::string_view found,
                                 std::string_view expected) const;
  [[noreturn]] void reject_column_count(std::size_t found, std::size_t expected) const;
  [[noreturn]] void reject_at(std::int64_t line, std::string message, std::string fix) const;

  /// Sets `name` to the field of a column that holds free text. Empty is legal.
  void take_name(std::string_view column, std::string_view field, std::string& name) const;

 private:
  LineReader lines_;
  std::string_view line_;
  char comment_ = '\0';
  bool line_held_ = false;  // line_ is a row found after blank lines, still to be parsed
};

}  // namespace tokenfab
