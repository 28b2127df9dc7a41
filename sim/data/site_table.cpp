// SPDX-License-Identifier: Apache-2.0
#include "sim/data/site_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "sim/data/problems.hpp"

namespace tokenfab {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  const auto first = text.find_first_not_of(blanks);
  return first == std::string_view::npos
             ? std::string_view()
             : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// End of the quoted field that `line` begins with: the place of its closing quote.
std::size_t closing_quote(std::string_view line) {
  for (auto at = line.find('"', 1); at != std::string_view::npos; at = line.find('"', at + 2)) {
    if (at + 1 >= line.size() || line[at + 1] != '"') {
      return at;
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  const bool valid = !text.empty() && error == std::errc() && stop == end && std::isfinite(value);
  return valid ? std::optional(value) : std::nullopt;
}

std::size_t split_quoted(std::string_view line, char separator,
                         std::span<std::string_view> fields) {
  for (std::size_t count = 0;; ++count) {
    const std::size_t quote_end = line.starts_with('"') ? closing_quote(line) : 0;
    const bool is_quoted = quote_end != 0 && quote_end != std::string_view::npos;
    const std::size_t end = line.find(separator, is_quoted ? quote_end : 0);
    if (count < fields.size()) {
      fields[count] = is_quoted ? line.substr(1, quote_end - 1) : line.substr(0, end);
    }
    if (end == std::string_view::npos) {
      return count + 1;
    }
    line.remove_prefix(end + 1);
  }
}

SiteTable::SiteTable(SiteFile& file, std::string_view header, char separator)
    : file_(file), separator_(separator) {
  const std::size_t count = split_quoted(header, separator, fields_);
  if (count > max_columns) {
    file.reject(fmt::format("the header has {} columns, expected at most {}", count, max_columns));
  }
  for (std::size_t i = 0; i < count; ++i) {
    names_.emplace_back(trimmed(fields_[i]));
  }
}

std::optional<std::size_t> SiteTable::find(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  return found == names_.end() ? std::nullopt : std::optional<std::size_t>(found - names_.begin());
}

std::size_t SiteTable::require(std::string_view name) const {
  if (const auto found = find(name)) {
    return *found;
  }
  file_.reject(fmt::format("the column {} is missing; the header has {}", name,
                           quote(fmt::format("{}", fmt::join(names_, ",")))));
}

bool SiteTable::next() {
  for (std::string_view line; file_.next(line);) {
    if (trimmed(line).empty()) {
      continue;
    }
    const std::size_t count = split_quoted(line, separator_, fields_);
    if (count == names_.size()) [[likely]] {
      return true;
    }
    file_.refuse(
        fmt::format("the row has {} fields, expected {} as in the header", count, names_.size()));
  }
  return false;
}

double SiteTable::value(std::size_t column, const SiteColumn& quantity) {
  return site_value(file_, fields_[column], quantity);
}

double site_value(SiteFile& file, std::string_view text, const SiteColumn& quantity) {
  const auto number = parse_number(text);
  if (number && *number >= quantity.lowest && *number <= quantity.highest) [[likely]] {
    return *number * quantity.to_si;
  }
  if (number ? *number >= quantity.missing_from : trimmed(text).empty()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  file.refuse(fmt::format("{} is {}, expected a number from {} to {}", quantity.name, quote(text),
                          quantity.lowest, quantity.highest));
  return 0;  // not NaN: the file is refused already, and this is no gap
}

}  // namespace tokenfab
