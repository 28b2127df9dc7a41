// SPDX-License-Identifier: Apache-2.0
// Fields of comma-separated lines and the numbers in them. All of it runs once per field of every
// row, so it reads views and allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sim/core/instant.hpp"

namespace tokenfab {

/// Splits at every comma (no quoting) into `fields` as far as they go; returns how many there are.
inline std::size_t split_fields(std::string_view line, std::span<std::string_view> fields) {
  for (std::size_t count = 0;; ++count) {
    const std::size_t comma = line.find(',');
    if (count < fields.size()) {
      fields[count] = line.substr(0, comma);
    }
    if (comma == std::string_view::npos) {
      return count + 1;
    }
    line.remove_prefix(comma + 1);
  }
}

/// Whether a header line names the column.
inline bool has_column(std::string_view header, std::string_view column) {
  for (;;) {
    const std::size_t comma = header.find(',');
    if (header.substr(0, comma) == column || comma == std::string_view::npos) {
      return header.substr(0, comma) == column;
    }
    header.remove_prefix(comma + 1);
  }
}

/// A whole number of decimal digits only, at most `limit` (which must be below 400 million).
inline std::optional<std::uint32_t> parse_whole(std::string_view text, std::uint32_t limit) {
  std::uint32_t value = 0;
  for (const char c : text) {
    const auto digit = static_cast<std::uint32_t>(c - '0');
    value = value * 10 + digit;
    if (digit > 9 || value > limit) {
      return std::nullopt;
    }
  }
  return text.empty() ? std::nullopt : std::optional(value);
}

/// Latest arrival that a trace may hold: 30,000 years, so that sums stay far from overflow.
inline constexpr std::int64_t max_arrival_seconds = 1'000'000'000'000;

/// Decimal seconds from 0 to max_arrival_seconds. Plain decimals are exact to the tick (digits
/// after the 15th round to nearest); those with an exponent go through a double.
std::optional<Duration> parse_seconds(std::string_view text);

/// `YYYY-MM-DD HH:MM:SS`, 1 to 9 digits of fraction optional, `Z` or `+00:00` optional, of the
/// Gregorian calendar without leap seconds; returned as the exact time since 1970-01-01.
std::optional<Duration> parse_utc_timestamp(std::string_view text);

}  // namespace tokenfab
