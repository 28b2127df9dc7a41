// SPDX-License-Identifier: Apache-2.0
// What all line-by-line traces of requests have in common: rows in order of arrival, at least one
// request. A format adds its own parse().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/api/request_reader.hpp"
#include "sim/data/row_lines.hpp"

namespace tokenfab {

class LineTrace : public RequestReader, protected RowLines {
 public:
  bool next(RequestRow& row) final;
  std::uint64_t skipped_rows() const final { return skipped_; }

 protected:
  using RowLines::RowLines;

  /// Sets all fields of `row` from a line; `arrival` counts from date 0. Calls reject* on a fault.
  /// False: the row has an arrival but is no request to be played; it is counted and left out.
  virtual bool parse(std::string_view line, RequestRow& row) = 0;

  [[noreturn]] void reject_count(std::string_view column, std::string_view side,
                                 std::string_view field) const;

  /// A token count of the row. `side` is "input" or "output", for the message on a zero.
  std::uint32_t token_count(std::string_view column, std::string_view side,
                            std::string_view field) const;

 private:
  void end_rows();
  [[noreturn]] void reject_backwards(Duration step) const;

  Duration previous_arrival_;
  std::uint64_t skipped_ = 0;
  bool has_request_ = false;
  bool ended_ = false;
};

}  // namespace tokenfab
