// SPDX-License-Identifier: Apache-2.0
// Reading a file through before it is played, for all that is wrong with it at once.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/core/errors.hpp"

namespace tokenfab {

/// No more rows of a file are read once so many problems are known.
inline constexpr std::size_t max_problems = 20;

/// Calls `next(row)` until it says false, and `add(row)` for every row. A DataError of `next` is
/// kept, and the rows after it go on.
template <class Row, class Next, class Add>
std::vector<Problem> problems_of_rows(Next next, Add add) {
  std::vector<Problem> problems;
  Row row;
  for (bool more = true; more && problems.size() < max_problems;) {
    try {
      while ((more = next(row))) {
        add(row);
      }
    } catch (const DataError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  return problems;
}

}  // namespace tokenfab
