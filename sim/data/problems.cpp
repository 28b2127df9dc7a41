// SPDX-License-Identifier: Apache-2.0
#include "sim/data/problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

namespace tokenfab {
namespace {

constexpr unsigned byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

std::string escaped(char c) {
  switch (c) {
    case '\t':
      return "\\t";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    default:
      return fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
}

/// Insertions, deletions and substitutions that turn `a` into `b` (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substituted, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

Problem problem_at(const std::string& file, std::int64_t line, std::string message,
                   std::string fix) {
  constexpr std::int64_t last_line = std::numeric_limits<int>::max();
  const SourcePlace place{file, static_cast<int>(std::min(line, last_line)), 0};
  return {place, "", std::move(message), std::move(fix)};
}

std::size_t printable_length(std::string_view text) {
  const unsigned lead = byte_at(text, 0);
  if (lead < 0x80) {
    return lead >= 0x20 && lead != 0x7f ? 1 : 0;
  }
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_at(text, i) & 0xc0U) != 0x80) {
      return 0;
    }
  }
  const unsigned second = byte_at(text, 1);
  const bool control = lead == 0xc2 && second < 0xa0;
  const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  const bool surrogate = lead == 0xed && second >= 0xa0;
  const bool beyond_unicode = lead == 0xf4 && second >= 0x90;
  return control || overlong || surrogate || beyond_unicode ? 0 : length;
}

std::string quote(std::string_view text) {
  constexpr int shown_characters = 60;
  std::string result = "\"";
  int width = 0;
  while (!text.empty()) {
    const std::size_t length = printable_length(text);
    const std::string shown = length > 0 ? std::string(text.substr(0, length)) : escaped(text[0]);
    width += length > 0 ? 1 : static_cast<int>(shown.size());
    if (width > shown_characters) {
      return result + "...\"";
    }
    result += shown;
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result + "\"";
}

std::string did_you_mean(std::string_view name, std::span<const std::string_view> known) {
  constexpr std::size_t longest_name = 64;  // keeps the distance cheap on hostile input
  if (name.empty() || name.size() > longest_name) {
    return {};
  }
  const std::string_view* nearest = nullptr;
  std::size_t nearest_distance = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const auto& candidate : known) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < nearest_distance && distance < candidate.size()) {
      nearest = &candidate;
      nearest_distance = distance;
    }
  }
  return nearest ? fmt::format("did you mean '{}'?", *nearest) : std::string();
}

}  // namespace tokenfab
