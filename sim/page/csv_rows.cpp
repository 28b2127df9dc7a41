// SPDX-License-Identifier: Apache-2.0
#include "sim/page/csv_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

namespace tokenfab {

bool is_file(const std::string& path) {
  std::error_code unreadable;
  return std::filesystem::is_regular_file(path, unreadable);
}

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

/// A cell between quotes may hold commas; two quotes in it stand for one (RFC 4180).
void CsvRows::split(std::string_view line) {
  cells_.clear();
  std::string cell;
  bool is_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && is_quoted && i + 1 < line.size() && line[i + 1] == '"') {
      cell += c;
      ++i;
    } else if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c == ',' && !is_quoted) {
      cells_.push_back(std::move(cell));
      cell.clear();
    } else {
      cell += c;
    }
  }
  cells_.push_back(std::move(cell));
}

}  // namespace tokenfab
