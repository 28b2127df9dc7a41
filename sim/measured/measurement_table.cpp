// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/measurement_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "sim/data/problems.hpp"

namespace tokenfab {
namespace {

std::string_view without_quotes(std::string_view field) {
  const bool is_quoted = field.size() >= 2 && field.front() == '"' && field.back() == '"';
  return is_quoted ? field.substr(1, field.size() - 2) : field;
}

/// Fills `fields` as far as it goes; answers how many there are.
std::size_t split_quoted(std::string_view line, std::vector<std::string_view>& fields) {
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  std::size_t count = 0;
  std::size_t begin = 0;
  bool is_quoted = false;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i == line.size() || (line[i] == ',' && !is_quoted)) {
      if (count < fields.size()) {
        fields[count] = without_quotes(line.substr(begin, i - begin));
      }
      ++count;
      begin = i + 1;
    } else if (line[i] == '"') {
      is_quoted = !is_quoted;
    }
  }
  return count;
}

}  // namespace

MeasurementTable::MeasurementTable(ByteStream stream) : lines_(std::move(stream)) {
  std::string_view line;
  if (!lines_.next(line)) {
    throw DataError({problem_at(path(), 0, "the file is empty; expected a header of columns")});
  }
  fields_.resize(static_cast<std::size_t>(std::count(line.begin(), line.end(), ',')) + 1);
  fields_.resize(split_quoted(line, fields_));
  columns_.assign(fields_.begin(), fields_.end());
}

bool MeasurementTable::has(std::string_view column) const {
  return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
}

bool MeasurementTable::next() {
  std::string_view line;
  while (lines_.next(line)) {
    if (line.empty()) {
      continue;
    }
    const auto count = split_quoted(line, fields_);
    if (count == columns_.size()) {
      return true;
    }
    complain(fmt::format("{} fields where the header has {}", count, columns_.size()));
  }
  return false;
}

std::string_view MeasurementTable::text(std::string_view column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found == columns_.end()) {
    return {};
  }
  return fields_[static_cast<std::size_t>(found - columns_.begin())];
}

double MeasurementTable::number(std::string_view column) {
  const auto field = text(column);
  if (field.empty()) {
    return 0;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  const bool is_number = error == std::errc() && end == field.data() + field.size();
  if (!is_number || !std::isfinite(value) || value < 0) {
    complain(fmt::format("{} {} is no number from 0 up", column, quote(field)));
    return 0;
  }
  return value;
}

std::int64_t MeasurementTable::count(std::string_view column) {
  const auto value = number(column);
  if (value > static_cast<double>(most_counted) || value != std::floor(value)) {
    complain(fmt::format("{} {} is no whole number up to {}", column, quote(text(column)),
                         most_counted));
    return 0;
  }
  return static_cast<std::int64_t>(value);
}

void MeasurementTable::complain(std::string message, std::string fix) {
  problems_.push_back(problem_at(path(), lines_.line_number(), std::move(message), std::move(fix)));
}

}  // namespace tokenfab
