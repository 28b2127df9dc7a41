// SPDX-License-Identifier: Apache-2.0
#include "sim/report/svg_text.hpp"

#include <cstddef>

namespace tokenfab {
namespace {

bool continues(std::string_view text, std::size_t position) {
  return position < text.size() && (static_cast<unsigned char>(text[position]) & 0xc0) == 0x80;
}

/// How many bytes the character at `position` has by its first byte (RFC 3629, section 3).
std::size_t announced_length(unsigned char first) {
  if (first < 0x80) {
    return first < 0x20 || first == 0x7f ? 0 : 1;
  }
  if (first >= 0xc2 && first <= 0xdf) {
    return 2;
  }
  if (first >= 0xe0 && first <= 0xef) {
    return 3;
  }
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/// Overlong forms, surrogates and what lies above U+10FFFF are no characters.
bool is_second_byte_legal(unsigned char first, unsigned char second) {
  return !((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
           (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f));
}

std::size_t character_length(std::string_view text, std::size_t position) {
  const auto first = static_cast<unsigned char>(text[position]);
  const auto length = announced_length(first);
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues(text, position + i)) {
      return 0;
    }
  }
  if (length > 1 && !is_second_byte_legal(first, static_cast<unsigned char>(text[position + 1]))) {
    return 0;
  }
  return length;
}

std::string escaped(const std::string& character) {
  switch (character.front()) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return character;
  }
}

}  // namespace

std::vector<std::string> characters_of(std::string_view text) {
  std::vector<std::string> characters;
  for (std::size_t position = 0; position < text.size();) {
    const auto length = character_length(text, position);
    characters.push_back(length == 0 ? "?" : std::string(text.substr(position, length)));
    position += length == 0 ? 1 : length;
  }
  return characters;
}

std::string svg_text(std::string_view text, std::size_t most) {
  auto characters = characters_of(text);
  if (characters.size() > most) {
    characters.resize(most);
    characters.back() = "\u2026";
  }
  std::string written;
  for (const auto& each : characters) {
    written += escaped(each);
  }
  return written;
}

}  // namespace tokenfab
