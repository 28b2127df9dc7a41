// SPDX-License-Identifier: Apache-2.0
// A line of JSON, to be read on demand. simdjson reads past the end of its text, so a line needs a
// buffer with room behind it.
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

namespace tokenfab {

class JsonLine {
 public:
  /// Valid until the next call. Throws simdjson_error for what is no JSON at first sight.
  simdjson::ondemand::document read(std::string_view line) {
    const std::size_t needed = line.size() + simdjson::SIMDJSON_PADDING;
    if (text_.size() < needed) {
      text_.resize(std::max(needed, 2 * text_.size()));
    }
    std::memcpy(text_.data(), line.data(), line.size());
    std::memset(text_.data() + line.size(), 0, simdjson::SIMDJSON_PADDING);
    return parser_.iterate(text_.data(), line.size(), text_.size());
  }

 private:
  std::vector<char> text_ = std::vector<char>(std::size_t{16} * 1024);
  simdjson::ondemand::parser parser_;
};

}  // namespace tokenfab
