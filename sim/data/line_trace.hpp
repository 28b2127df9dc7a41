// SPDX-License-Identifier: Apache-2.0
// What all line-by-line traces have in common: one row per line, perhaps below a header line, rows
// in order of arrival, no blank line before the last row, at least one request. A format adds its
// own parse().
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/api/request_reader.hpp"
#include "sim/data/line_reader.hpp"

namespace tokenfab {

class LineTrace : public RequestReader {
 public:
  bool next(RequestRow& row) final;
  std::uint64_t skipped_rows() const final { return skipped_; }

 protected:
  /// Reads the header line. DataError: there is none; `expected_header` says what it should be.
  LineTrace(ByteStream stream, std::string_view expected_header);
  /// Of a format without a header line.
  explicit LineTrace(ByteStream stream) : lines_(std::move(stream)) {}

  /// Sets all fields of `row` from a line; `arrival` counts from date 0. Calls reject* on a fault.
  /// False: the row has an arrival but is no request to be played; it is counted and left out.
  virtual bool parse(std::string_view line, RequestRow& row) = 0;

  /// The header first, then the row in hand.
  std::string_view line() const { return line_; }

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
  [[noreturn]] void reject_count(std::string_view column, std::string_view side,
                                 std::string_view field) const;

  /// A token count of the row. `side` is "input" or "output", for the message on a zero.
  std::uint32_t token_count(std::string_view column, std::string_view side,
                            std::string_view field) const;

  /// Sets `name` to the field of a column that holds free text. Empty is legal.
  void take_name(std::string_view column, std::string_view field, std::string& name) const;

 private:
  bool next_row_line();
  void end_rows();
  [[noreturn]] void reject_at(std::int64_t line, std::string message, std::string fix) const;
  [[noreturn]] void reject_backwards(Duration step) const;

  LineReader lines_;
  std::string_view line_;
  Duration previous_arrival_;
  std::uint64_t skipped_ = 0;
  bool has_request_ = false;
  bool ended_ = false;
  bool line_held_ = false;  // line_ is a row found after blank lines, still to be parsed
};

}  // namespace tokenfab
