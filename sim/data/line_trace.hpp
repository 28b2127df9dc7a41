// SPDX-License-Identifier: Apache-2.0
// What all line-by-line traces have in common: a header line, one row per line, rows in order of
// arrival, no blank line before the last row, at least one row. A format adds its own parse().
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/api/request_reader.hpp"
#include "sim/data/line_reader.hpp"

namespace tokenfab {

class LineTrace : public RequestReader {
 public:
  bool next(RequestRow& row) final;

 protected:
  /// Reads the header line. DataError: there is none; `expected_header` says what it should be.
  LineTrace(ByteStream stream, std::string_view expected_header);

  /// Sets all fields of `row` from a line; `arrival` counts from date 0. Calls reject* on a fault.
  virtual void parse(std::string_view line, RequestRow& row) = 0;

  /// The header first, then the row in hand.
  std::string_view line() const { return line_; }

  /// Throw DataError at the line in hand.
  [[noreturn]] void reject(std::string message, std::string fix = {}) const;
  [[noreturn]] void reject_field(std::string_view column, std::string_view found,
                                 std::string_view expected) const;
  [[noreturn]] void reject_column_count(std::size_t found, std::size_t expected) const;

  /// A token count of the row. `side` is "input" or "output", for the message on a zero.
  std::uint32_t token_count(std::string_view column, std::string_view side,
                            std::string_view field) const;

 private:
  bool next_row_line();
  [[noreturn]] void reject_at(std::int64_t line, std::string message, std::string fix) const;
  [[noreturn]] void reject_backwards(Duration step) const;
  [[noreturn]] void reject_count(std::string_view column, std::string_view side,
                                 std::string_view field) const;

  LineReader lines_;
  std::string_view line_;
  Duration previous_arrival_;
  bool started_ = false;
  bool line_held_ = false;  // line_ is a row found after blank lines, still to be parsed
};

}  // namespace tokenfab
