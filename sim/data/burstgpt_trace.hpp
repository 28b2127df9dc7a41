// SPDX-License-Identifier: Apache-2.0
// The request traces of HPMLL/BurstGPT:
//
//   Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type
//   5,ChatGPT,472,18,490,Conversation log
//
// Version 1.2 adds the columns `Session ID` and `Elapsed time`; any order of columns is read.
// `Timestamp` is in seconds, whole or decimal, since midnight of the first day. `Model` becomes the
// tenant. A row of 0 response tokens is a request that failed at the original service: it has no
// length to play, so it is left out and counted in skipped_rows().
// Left out: `Total tokens`, `Log Type` and `Elapsed time` (of the answer) are not looked into.
#pragma once

#include <vector>

#include "sim/data/line_trace.hpp"

namespace tokenfab {

/// Date 0 is the first row's timestamp, also where that row is left out.
class BurstgptTrace final : public LineTrace {
 public:
  /// DataError: a column that is unknown, missing or there twice.
  explicit BurstgptTrace(ByteStream stream);

  /// Whether a file that begins with this line is meant to be one.
  static bool recognises(std::string_view first_line);

 private:
  bool parse(std::string_view line, RequestRow& row) override;

  std::vector<std::size_t> columns_;  // of the file, as places in the table of known columns
  Duration date_0_;
  bool date_0_known_ = false;
};

}  // namespace tokenfab
