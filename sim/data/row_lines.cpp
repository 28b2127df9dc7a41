// SPDX-License-Identifier: Apache-2.0
#include "sim/data/row_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/data/problems.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t max_name_bytes = 256;

bool is_name(std::string_view text) {
  if (text.size() > max_name_bytes) {
    return false;
  }
  while (!text.empty()) {
    const std::size_t length = printable_length(text);
    if (length == 0 || text[0] == '"') {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

RowLines::RowLines(ByteStream stream, std::string_view expected_header)
    : lines_(std::move(stream)) {
  if (!lines_.next(line_)) {
    reject_at(1, fmt::format("the file is empty, expected the header {}", expected_header), "");
  }
}

std::vector<std::size_t> RowLines::read_columns(std::span<const std::string_view> known,
                                                std::size_t required,
                                                std::string_view expected_header) const {
  std::vector<std::size_t> columns;
  std::string_view rest = line_;
  for (bool more = true; more;) {
    const std::size_t comma = rest.find(',');
    const std::string_view name = rest.substr(0, comma);
    const auto found = std::find(known.begin(), known.end(), name);
    const auto column = static_cast<std::size_t>(found - known.begin());
    if (found == known.end()) {
      reject(fmt::format("unknown column {}, expected the header {}", quote(name), expected_header),
             did_you_mean(name, known));
    }
    if (std::find(columns.begin(), columns.end(), column) != columns.end()) {
      reject(
          fmt::format("column {} is there twice, expected the header {}", name, expected_header));
    }
    columns.push_back(column);
    more = comma != std::string_view::npos;
    rest.remove_prefix(more ? comma + 1 : rest.size());
  }
  for (std::size_t column = 0; column < required; ++column) {
    if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
      reject(fmt::format("column {} is missing in {}, expected the header {}", known[column],
                         quote(line_), expected_header));
    }
  }
  return columns;
}

bool RowLines::next_row_line(bool& has_row) {
  if (std::exchange(line_held_, false)) {
    return true;
  }
  std::int64_t blank_line = 0;
  while (lines_.next(line_)) {
    if (comment_ != '\0' && line_.starts_with(comment_)) {
      continue;
    }
    if (line_.find_first_not_of(" \t") != std::string_view::npos) {
      line_held_ = blank_line > 0;
      if (line_held_) {
        has_row = true;
        reject_at(blank_line, "blank line between rows, expected a row", "remove the line");
      }
      return true;
    }
    if (blank_line == 0) {
      blank_line = lines_.line_number();
    }
  }
  return false;
}

void RowLines::take_name(std::string_view column, std::string_view field, std::string& name) const {
  if (!is_name(field)) [[unlikely]] {
    reject_field(
        column, field,
        fmt::format("at most {} bytes of printable UTF-8 without double quotes", max_name_bytes));
  }
  name.assign(field);
}

void RowLines::reject(std::string message, std::string fix) const {
  reject_at(lines_.line_number(), std::move(message), std::move(fix));
}

void RowLines::reject_at(std::int64_t line, std::string message, std::string fix) const {
  throw DataError({problem_at(lines_.file(), line, std::move(message), std::move(fix))});
}

void RowLines::reject_field(std::string_view column, std::string_view found,
                            std::string_view expected) const {
  reject(fmt::format("{} is {}, expected {}", column, quote(found), expected));
}

void RowLines::reject_column_count(std::size_t found, std::size_t expected) const {
  reject(fmt::format("{} columns in {}, expected the {} of the header", found, quote(line_),
                     expected));
}

}  // namespace tokenfab
