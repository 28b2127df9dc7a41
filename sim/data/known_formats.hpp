// SPDX-License-Identifier: Apache-2.0
// Tables of file formats by name: looking one up, telling one by a file's first line, and the words
// for what is in none of them. `kind` is what the formats are of: "trace", "job trace", "session".
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/data/line_reader.hpp"
#include "sim/data/problems.hpp"

namespace tokenfab {

template <class Format>
std::vector<std::string_view> names_of_formats(std::span<const Format> formats) {
  std::vector<std::string_view> names;
  for (const auto& format : formats) {
    names.push_back(format.name);
  }
  return names;
}

/// Null if there is none.
template <class Format>
const Format* find_format(std::span<const Format> formats, std::string_view name) {
  const auto found = std::find_if(formats.begin(), formats.end(),
                                  [&](const Format& format) { return format.name == name; });
  return found == formats.end() ? nullptr : &*found;
}

/// ConfigError: there is none.
template <class Format>
const Format& require_format(std::span<const Format> formats, std::string_view kind,
                             std::string_view name, const std::string& file) {
  if (const auto* format = find_format(formats, name)) {
    return *format;
  }
  const auto names = names_of_formats(formats);
  throw ConfigError({problem_at(file, 0,
                                fmt::format("unknown {} format {}, expected one of {}", kind,
                                            quote(name), fmt::join(names, ", ")),
                                did_you_mean(name, names))});
}

/// The one format that recognises the first line that is not blank. DataError: none does, or
/// several do.
template <class Format>
std::string_view sniff_format(std::span<const Format> formats, std::string_view kind,
                              ByteStream stream) {
  LineReader lines(std::move(stream));
  std::string_view line;
  while (lines.next(line) && line.find_first_not_of(" \t") == std::string_view::npos) {
  }
  std::vector<std::string_view> found;
  for (const auto& format : formats) {
    if (format.recognises(line)) {
      found.push_back(format.name);
    }
  }
  if (found.size() == 1) {
    return found.front();
  }
  const auto what =
      found.empty() ? fmt::format("the first line {} is of no known {} format", quote(line), kind)
                    : fmt::format("the first line {} may be of the formats {}", quote(line),
                                  fmt::join(found, " and "));
  throw DataError(
      {problem_at(lines.file(), 1, what,
                  fmt::format("known formats: {}", fmt::join(names_of_formats(formats), ", ")))});
}

}  // namespace tokenfab
