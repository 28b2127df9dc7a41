// SPDX-License-Identifier: Apache-2.0
#include "tests/validation/measurements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace tokenfab::validation {
namespace {

constexpr int ctest_skip_code = 77;

double quantile(std::vector<double> values, double q) {
  if (values.empty()) {
    return 0;
  }
  std::sort(values.begin(), values.end());
  const double at = q * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const auto high = std::min(low + 1, values.size() - 1);
  return values[low] + (values[high] - values[low]) * (at - static_cast<double>(low));
}

/// Splits at commas outside double quotes; quotes stay, as no column that is read has them.
std::size_t split_quoted(std::string_view line, std::vector<std::string_view>& fields) {
  std::size_t count = 0;
  std::size_t begin = 0;
  bool is_quoted = false;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i == line.size() || (line[i] == ',' && !is_quoted)) {
      if (count < fields.size()) {
        fields[count] = line.substr(begin, i - begin);
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

std::string measurements_path(const std::string& name) {
  const char* variable = std::getenv("TOKENFAB_DATA");
  std::string_view folders = variable != nullptr ? variable : "";
  while (!folders.empty()) {
    const auto colon = std::min(folders.find(':'), folders.size());
    const auto path = std::filesystem::path(folders.substr(0, colon)) / name;
    if (colon > 0 && std::filesystem::is_regular_file(path)) {
      return path.string();
    }
    folders.remove_prefix(std::min(colon + 1, folders.size()));
  }
  fmt::print("skipped: TOKENFAB_DATA does not hold {}\n", name);
  std::fflush(stdout);
  std::exit(ctest_skip_code);
}

MeasurementTable::MeasurementTable(const std::string& path,
                                   const std::vector<std::string>& required)
    : lines_(ByteStream(path)) {
  std::string_view line;
  if (!lines_.next(line)) {
    throw std::runtime_error(path + " is empty");
  }
  fields_.resize(static_cast<std::size_t>(std::count(line.begin(), line.end(), ',')) + 1);
  split_quoted(line, fields_);
  columns_.assign(fields_.begin(), fields_.end());
  for (const auto& column : required) {
    if (std::find(columns_.begin(), columns_.end(), column) == columns_.end()) {
      throw std::runtime_error(fmt::format("{} has no column {}", path, column));
    }
  }
}

bool MeasurementTable::next() {
  std::string_view line;
  if (!lines_.next(line)) {
    return false;
  }
  if (split_quoted(line, fields_) != columns_.size()) {
    throw std::runtime_error(
        fmt::format("{}:{}: not {} fields", lines_.file(), lines_.line_number(), columns_.size()));
  }
  return true;
}

std::string_view MeasurementTable::text(std::string_view column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found == columns_.end()) {
    return {};
  }
  return fields_[static_cast<std::size_t>(found - columns_.begin())];
}

double MeasurementTable::number(std::string_view column) const {
  const auto field = text(column);
  double value = 0;
  std::from_chars(field.data(), field.data() + field.size(), value);
  return value;
}

void ErrorSample::add(double simulated, double measured) {
  errors_.push_back(100 * (simulated / measured - 1));
}

double ErrorSample::bias() const { return quantile(errors_, 0.5); }

double ErrorSample::quantile_of_size(double q) const {
  auto sizes = errors_;
  std::transform(sizes.begin(), sizes.end(), sizes.begin(), [](double e) { return std::abs(e); });
  return quantile(std::move(sizes), q);
}

std::string ErrorSample::header() {
  return fmt::format("{:>6} {:>8} {:>8} {:>8}", "rows", "median%", "p90%", "bias%");
}

std::string ErrorSample::row() const {
  return fmt::format("{:>6} {:>8.1f} {:>8.1f} {:>+8.1f}", size(), median(), p90(), bias());
}

}  // namespace tokenfab::validation
