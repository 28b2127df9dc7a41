// SPDX-License-Identifier: Apache-2.0
#include "sim/data/line_trace.hpp"

#include <fmt/format.h>

#include <utility>

#include "sim/data/fields.hpp"
#include "sim/data/problems.hpp"

namespace tokenfab {

bool LineTrace::next(RequestRow& row) {
  while (next_row_line(has_request_)) {
    // A bad row counts as a request: it is one problem, and "no requests" would be a second one.
    const bool had_request = std::exchange(has_request_, true);
    const bool is_request = parse(line(), row);
    has_request_ = had_request || is_request;
    // Compared with the row just before, even a bad one: one jump ahead is one problem, not many.
    const Duration step = row.arrival - std::exchange(previous_arrival_, row.arrival);
    if (step < Duration()) [[unlikely]] {
      reject_backwards(step);
    }
    if (is_request) [[likely]] {
      return true;
    }
    ++skipped_;
  }
  end_rows();
  return false;
}

/// A trace must hold a request.
void LineTrace::end_rows() {
  if (std::exchange(ended_, true) || has_request_) {
    return;
  }
  reject_at(line_number(),
            skipped_ == 0 ? std::string("the trace has no rows")
                          : fmt::format("none of the {} rows is a request to play", skipped_),
            "");
}

std::uint32_t LineTrace::token_count(std::string_view column, std::string_view side,
                                     std::string_view field) const {
  const auto count = parse_whole(field, max_request_tokens);
  if (!count || *count == 0) [[unlikely]] {
    reject_count(column, side, field);
  }
  return *count;
}

void LineTrace::reject_backwards(Duration step) const {
  reject(fmt::format("the row {} arrives {} s before the row above it, expected rows in order of "
                     "arrival (equal times are fine)",
                     quote(line()), (-step).seconds()),
         "sort the file by arrival");
}

void LineTrace::reject_count(std::string_view column, std::string_view side,
                             std::string_view field) const {
  if (parse_whole(field, max_request_tokens) == 0U) {
    reject(fmt::format("{} is 0, expected at least 1 {} token", column, side),
           "remove requests that failed or were cancelled");
  }
  reject_field(column, field, fmt::format("a whole number from 1 to {}", max_request_tokens));
}

}  // namespace tokenfab
