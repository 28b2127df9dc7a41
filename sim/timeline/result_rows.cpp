// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline/result_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace tokenfab {

ResultRows::ResultRows(const std::string& path, const std::vector<std::string_view>& columns)
    : lines_(ByteStream(path)), names_(columns.begin(), columns.end()) {
  std::string_view heading;
  if (!lines_.next(heading)) {
    refuse("the file is empty; a heading with the names of columns was expected");
  }
  split(heading);
  width_ = fields_.size();
  for (const auto name : columns) {
    const auto found = std::find(fields_.begin(), fields_.end(), name);
    if (found == fields_.end()) {
      refuse(fmt::format("there is no column {}: it is no such table of this program's", name));
    }
    places_.push_back(static_cast<std::size_t>(found - fields_.begin()));
  }
}

bool ResultRows::next() {
  std::string_view line;
  if (!lines_.next(line)) {
    return false;
  }
  split(line);
  if (fields_.size() != width_) {
    refuse(fmt::format("{} fields, where the heading names {}", fields_.size(), width_));
  }
  return true;
}

void ResultRows::split(std::string_view line) {
  fields_.clear();
  for (std::size_t begin = 0; begin <= line.size();) {
    const auto end = std::min(line.find(',', begin), line.size());
    fields_.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
}

std::optional<double> ResultRows::number(std::size_t column) const {
  const auto field = text(column);
  if (field.empty()) {
    return std::nullopt;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc() || end != field.data() + field.size() || !std::isfinite(value)) {
    refuse(fmt::format("{}: \"{}\" is no number", names_[column], field));
  }
  return value;
}

double ResultRows::known_number(std::size_t column) const {
  const auto value = number(column);
  if (!value) {
    refuse(names_[column] + " is empty");
  }
  return *value;
}

void ResultRows::refuse(std::string message) const {
  const SourcePlace place{lines_.file(), static_cast<int>(lines_.line_number()), 0};
  throw DataError({{place, "", std::move(message), "run the scenario again"}});
}

}  // namespace tokenfab
