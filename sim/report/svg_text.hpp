// SPDX-License-Identifier: Apache-2.0
// Text inside an SVG file: always well-formed, whatever the names of things hold.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tokenfab {

/// The characters of UTF-8 text; bytes that are none, and control characters, become "?".
std::vector<std::string> characters_of(std::string_view text);

/// Shortened to `most` (>= 1) characters, the last then an ellipsis, and escaped for XML.
std::string svg_text(std::string_view text, std::size_t most = 200);

}  // namespace tokenfab
