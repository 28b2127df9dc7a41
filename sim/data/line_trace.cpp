// SPDX-License-Identifier: Apache-2.0
#include "sim/data/line_trace.hpp"

#include <fmt/format.h>

#include <utility>

#include "sim/data/fields.hpp"
#include "sim/data/problems.hpp"

namespace tokenfab {

LineTrace::LineTrace(ByteStream stream, std::string_view expected_header)
    : lines_(std::move(stream)) {
  if (!lines_.next(line_)) {
    reject_at(1, fmt::format("the file is empty, expected the header {}", expected_header), "");
  }
}

bool LineTrace::next(RequestRow& row) {
  if (!next_row_line()) {
    return false;
  }
  parse(line_, row);
  // Compared with the row just before, even a bad one: one jump ahead is one problem, not many.
  const Duration step = row.arrival - std::exchange(previous_arrival_, row.arrival);
  if (step < Duration()) [[unlikely]] {
    reject_backwards(step);
  }
  return true;
}

bool LineTrace::next_row_line() {
  const bool first = !std::exchange(started_, true);
  if (std::exchange(line_held_, false)) {
    return true;
  }
  std::int64_t blank_line = 0;
  while (lines_.next(line_)) {
    if (line_.find_first_not_of(" \t") != std::string_view::npos) {
      line_held_ = blank_line > 0;
      if (line_held_) {
        reject_at(blank_line, "blank line between rows, expected a row", "remove the line");
      }
      return true;
    }
    if (blank_line == 0) {
      blank_line = lines_.line_number();
    }
  }
  if (first) {
    reject_at(lines_.line_number(), "the trace has no rows after its header", "");
  }
  return false;
}

std::uint32_t LineTrace::token_count(std::string_view column, std::string_view side,
                                     std::string_view field) const {
  const auto count = parse_whole(field, max_request_tokens);
  if (!count || *count == 0) [[unlikely]] {
    reject_count(column, side, field);
  }
  return *count;
}

void LineTrace::reject(std::string message, std::string fix) const {
  reject_at(lines_.line_number(), std::move(message), std::move(fix));
}

void LineTrace::reject_at(std::int64_t line, std::string message, std::string fix) const {
  throw DataError({problem_at(lines_.file(), line, std::move(message), std::move(fix))});
}

void LineTrace::reject_field(std::string_view column, std::string_view found,
                             std::string_view expected) const {
  reject(fmt::format("{} is {}, expected {}", column, quote(found), expected));
}

void LineTrace::reject_column_count(std::size_t found, std::size_t expected) const {
  reject(fmt::format("{} columns in {}, expected the {} of the header", found, quote(line_),
                     expected));
}

void LineTrace::reject_backwards(Duration step) const {
  reject(fmt::format("the row {} arrives {} s before the row above it, expected rows in order of "
                     "arrival (equal times are fine)",
                     quote(line_), (-step).seconds()),
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
