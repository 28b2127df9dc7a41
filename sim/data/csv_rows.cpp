// SPDX-License-Identifier: Apache-2.0
#include "sim/data/csv_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tokenfab {

CsvRows::CsvRows(const std::string& path, std::vector<std::string> columns)
    : lines_(ByteStream(path)), columns_(std::move(columns)) {
  std::string_view header;
  if (!lines_.next(header)) {
    throw DataError(
        {{{path, 1, 0}, "", "the file is empty; its first line names its columns", ""}});
  }
  split(header);
  count_ = cells_.size();
  std::vector<Problem> problems;
  for (const auto& column : columns_) {
    const auto found = std::find(cells_.begin(), cells_.end(), column);
    places_.push_back(static_cast<std::size_t>(found - cells_.begin()));
    if (found == cells_.end()) {
      problems.push_back({{path, 1, 0}, "", fmt::format("has no column \"{}\"", column), ""});
    }
  }
  if (!problems.empty()) {
    throw DataError(problems);
  }
}

bool CsvRows::next() {
  std::string_view line;
  if (!lines_.next(line)) {
    return false;
  }
  split(line);
  if (cells_.size() != count_) {
    refuse(fmt::format("{} cells, the first line has {}", cells_.size(), count_));
  }
  return true;
}

std::optional<double> CsvRows::number(std::size_t column) const {
  const auto cell = text(column);
  if (cell.empty()) {
    return std::nullopt;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value)) {
    refuse(fmt::format("\"{}\" is no number in column {}", cell, columns_[column]));
  }
  return value;
}

double CsvRows::known_number(std::size_t column) const {
  const auto value = number(column);
  if (!value) {
    refuse(columns_[column] + " is empty");
  }
  return *value;
}

double CsvRows::date_s(std::size_t column) const {
  constexpr double latest_s = 1e10;  // three centuries, as no run is long
  const double date = number_or(column, 0);
  if (date < 0 || date > latest_s) {
    refuse(fmt::format("{} is no date within a run: {} s", columns_[column], date));
  }
  return date;
}

void CsvRows::refuse(std::string message) const {
  throw DataError(
      {{{lines_.file(), static_cast<int>(lines_.line_number()), 0}, "", std::move(message), ""}});
}

void CsvRows::split(std::string_view line) {
  cells_.clear();
  if (line.find('"') != std::string_view::npos) {
    split_quoted(line);
    return;
  }
  for (std::size_t begin = 0; begin <= line.size();) {
    const auto end = std::min(line.find(',', begin), line.size());
    cells_.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
}

/// A cell between quotes may hold commas; two quotes in it stand for one (RFC 4180).
void CsvRows::split_quoted(std::string_view line) {
  unquoted_.clear();
  std::vector<std::size_t> ends;
  bool is_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && is_quoted && i + 1 < line.size() && line[i + 1] == '"') {
      unquoted_ += c;
      ++i;
    } else if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c == ',' && !is_quoted) {
      ends.push_back(unquoted_.size());
    } else {
      unquoted_ += c;
    }
  }
  ends.push_back(unquoted_.size());
  std::size_t begin = 0;
  for (const auto end : ends) {
    cells_.push_back(std::string_view(unquoted_).substr(begin, end - begin));
    begin = end;
  }
}

}  // namespace tokenfab
