// SPDX-License-Identifier: Apache-2.0
// Names in comma-separated rows (RFC 4180, section 2): those with commas, quotes or line breaks
// stand in quotes, a quote in them twice.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace tokenfab {

/// For fmt: "{}" writes the text as one field. A line break becomes a space, so that a row stays
/// one line.
struct CsvField {
  std::string_view text;
};

}  // namespace tokenfab

template <>
struct fmt::formatter<tokenfab::CsvField> {
  constexpr auto parse(fmt::format_parse_context& context) { return context.begin(); }

  template <class Context>
  auto format(const tokenfab::CsvField& field, Context& context) const {
    auto out = context.out();
    if (field.text.find_first_of(",\"\r\n") == std::string_view::npos) {
      return std::copy(field.text.begin(), field.text.end(), out);
    }
    *out++ = '"';
    for (const char each : field.text) {
      if (each == '"') {
        *out++ = '"';
      }
      *out++ = each == '\n' || each == '\r' ? ' ' : each;
    }
    *out++ = '"';
    return out;
  }
};
