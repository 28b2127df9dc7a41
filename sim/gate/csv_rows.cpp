// SPDX-License-Identifier: Apache-2.0
#include "sim/gate/csv_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>

#include "sim/core/errors.hpp"
#include "sim/core/nearest.hpp"

namespace tokenfab {
namespace {

[[noreturn]] void refuse(const std::string& file, int line, std::string message,
                         std::string fix = "") {
  throw DataError({{{file, line, 0}, "", std::move(message), std::move(fix)}});
}

class RowReader {
 public:
  RowReader(std::string_view text, const std::string& file) : rest_(text), file_(file) {}

  int line() const { return line_; }
  bool is_at_end() const { return rest_.empty(); }

  std::vector<std::string> next() {
    std::vector<std::string> fields;
    for (;;) {
      fields.push_back(field());
      if (rest_.empty()) {
        return fields;
      }
      const char end = take();
      if (end == '\r' && !rest_.empty() && rest_.front() == '\n') {
        take();
        return fields;
      }
      if (end == '\n') {
        return fields;
      }
    }
  }

 private:
  char take() {
    const char first = rest_.front();
    rest_.remove_prefix(1);
    line_ += first == '\n' ? 1 : 0;
    return first;
  }

  bool ends_field() const {
    return rest_.empty() || rest_.front() == ',' || rest_.front() == '\n' ||
           rest_.starts_with("\r\n");
  }

  std::string field() {
    std::string text;
    if (rest_.empty() || rest_.front() != '"') {
      while (!ends_field()) {
        text += take();
      }
      return text;
    }
    const int begin = line_;
    take();
    for (;;) {
      if (rest_.empty()) {
        refuse(file_, begin, "a quoted field does not end");
      }
      const char each = take();
      if (each != '"') {
        text += each;
      } else if (!rest_.empty() && rest_.front() == '"') {
        text += take();
      } else if (ends_field()) {
        return text;
      } else {
        refuse(file_, line_, "text follows a quoted field");
      }
    }
  }

  std::string_view rest_;
  const std::string& file_;
  int line_ = 1;
};

}  // namespace

CsvTable::CsvTable(std::string_view text, const std::string& file,
                   const std::vector<std::string>& needed)
    : file_(file) {
  RowReader reader(text, file);
  if (reader.is_at_end()) {
    refuse(file, 0, "is empty");
  }
  const auto header = reader.next();
  for (std::size_t i = 0; i < header.size(); ++i) {
    columns_.emplace(header[i], i);
  }
  for (const auto& name : needed) {
    if (columns_.count(name) == 0) {
      refuse(file, 1, fmt::format("the column {} is missing", name), did_you_mean(name, header));
    }
  }
  while (!reader.is_at_end()) {
    lines_.push_back(reader.line());
    rows_.push_back(reader.next());
    if (rows_.back().size() != header.size()) {
      refuse(file, lines_.back(),
             fmt::format("has {} fields, the header {}", rows_.back().size(), header.size()));
    }
  }
}

const std::string& CsvTable::at(std::size_t row, const std::string& column) const {
  return rows_.at(row).at(columns_.at(column));
}

double CsvTable::number(std::size_t row, const std::string& column) const {
  const auto& text = at(row, column);
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end || !std::isfinite(value)) {
    refuse(file_, lines_.at(row), fmt::format("{}: expected a number, found \"{}\"", column, text));
  }
  return value;
}

}  // namespace tokenfab
