// SPDX-License-Identifier: Apache-2.0
#include "sim/gate/escapes.hpp"

#include <fmt/format.h>

#include "sim/report/svg_text.hpp"

namespace tokenfab {
namespace {

bool is_line_or_tab(char each) { return each == '\n' || each == '\r' || each == '\t'; }

/// Calls `put` with every character, "?" in place of what is none; line ends and tabs are kept.
template <class Put>
void for_characters(std::string_view text, Put put) {
  while (!text.empty()) {
    if (is_line_or_tab(text.front())) {
      put(std::string(1, text.front()));
      text.remove_prefix(1);
      continue;
    }
    const auto end = text.find_first_of("\n\r\t");
    for (const auto& each : characters_of(text.substr(0, end))) {
      put(each);
    }
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
  }
}

std::string percent(char each) { return fmt::format("%{:02X}", static_cast<unsigned char>(each)); }

std::string with_percents(std::string_view text, std::string_view escaped) {
  std::string written;
  for_characters(text, [&](const std::string& each) {
    const bool is_escaped = each.size() == 1 && escaped.find(each[0]) != std::string_view::npos;
    written += is_escaped ? percent(each[0]) : each;
  });
  return written;
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string written;
  for_characters(text, [&](const std::string& each) {
    switch (each.front()) {
      case '&':
        written += "&amp;";
        break;
      case '<':
        written += "&lt;";
        break;
      case '>':
        written += "&gt;";
        break;
      case '"':
        written += "&quot;";
        break;
      case '\n':  // a bare one in an attribute would be read as a space (XML 1.0, section 3.3.3)
        written += "&#10;";
        break;
      case '\r':
        written += "&#13;";
        break;
      case '\t':
        written += "&#9;";
        break;
      default:
        written += each == "\xEF\xBF\xBE" || each == "\xEF\xBF\xBF" ? "?" : each;  // U+FFFE, U+FFFF
    }
  });
  return written;
}

std::string markdown_text(std::string_view text) {
  // A backslash before ASCII punctuation makes it plain (GFM 0.29, section 6.1). '@' and '#' would
  // name people and issues even so. Addresses become links by "://" and "www." (section 6.9).
  constexpr std::string_view punctuation = "\\`*_[]|~$:";
  constexpr std::string_view by_number = "<>&@#\"";
  std::string written;
  for_characters(text, [&](const std::string& each) {
    const char first = each.front();
    const bool ends_www = first == '.' && (written.ends_with('w') || written.ends_with('W'));
    if (is_line_or_tab(first)) {
      written += ' ';
    } else if (by_number.find(first) != std::string_view::npos) {
      written += fmt::format("&#{};", static_cast<int>(first));
    } else {
      const bool is_escaped = punctuation.find(first) != std::string_view::npos || ends_www;
      written += (is_escaped ? "\\" : "") + each;
    }
  });
  return written;
}

std::string command_message(std::string_view text) { return with_percents(text, "%\r\n"); }

std::string command_property(std::string_view text) { return with_percents(text, "%\r\n:,"); }

std::string terminal_text(std::string_view text) {
  std::string written;
  for (const auto& each : characters_of(text)) {
    written += each;
  }
  return written;
}

}  // namespace tokenfab
