// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sim/api/request_row.hpp"

namespace tokenfab {

/// A request trace, read row by row. Arrivals never decrease; rows of one arrival keep file order.
class RequestReader {
 public:
  RequestReader() = default;
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;
  virtual ~RequestReader() = default;

  /// Reads the next request into `row`; false at the end. DataError: a bad row, or a trace without
  /// rows; a further call then goes on with the row after it, or returns false where that is not
  /// possible, so that a checker can collect the problems. `row` is unspecified after an error.
  virtual bool next(RequestRow& row) = 0;

  /// Rows left out so far because they are no request to be played (one that failed, say).
  virtual std::uint64_t skipped_rows() const { return 0; }
};

}  // namespace tokenfab
