// SPDX-License-Identifier: Apache-2.0
// Tokenfab's own request trace: a header naming `arrival_s,input_tokens,output_tokens` and any of
// `tenant,priority,session`, in any order. No quoting: a name holds no comma and no double quote.
#pragma once

#include <vector>

#include "sim/data/line_trace.hpp"

namespace tokenfab {

/// `arrival_s` counts from the scenario's start; it is not shifted to the first row.
class CsvTrace final : public LineTrace {
 public:
  /// DataError: a column that is unknown, missing or there twice.
  explicit CsvTrace(ByteStream stream);

  /// Whether a file that begins with this line is meant to be one.
  static bool recognises(std::string_view first_line);

 private:
  bool parse(std::string_view line, RequestRow& row) override;
  void parse_field(std::size_t column, std::string_view field, RequestRow& row) const;
  std::int32_t parse_priority(std::string_view field) const;

  std::vector<std::size_t> columns_;  // of the file, as places in the table of known columns
};

}  // namespace tokenfab
