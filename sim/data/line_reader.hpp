// SPDX-License-Identifier: Apache-2.0
// Lines of a data file. Ends of line may be LF or CRLF, the last one may be missing, and a UTF-8
// byte order mark is skipped. A line longer than the limit is an error, so memory stays bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/core/errors.hpp"
#include "sim/data/byte_stream.hpp"

namespace tokenfab {

class LineReader {
 public:
  static constexpr std::size_t max_line_bytes = std::size_t{1024} * 1024;

  explicit LineReader(ByteStream stream, std::size_t line_bytes_max = max_line_bytes)
      : stream_(std::move(stream)), line_bytes_max_(line_bytes_max) {}

  /// Sets `line` to the next line, valid until the next call; false at the end. DataError: a line
  /// over the limit, or what ByteStream::next_block throws; there are no more lines after that.
  bool next(std::string_view& line);

  /// Number of the line last returned, counted from 1.
  std::int64_t line_number() const { return line_number_; }
  const std::string& file() const { return stream_.name(); }

 private:
  bool next_across_blocks(std::string_view& line);

  ByteStream stream_;
  std::size_t line_bytes_max_;
  std::string_view block_;  // what is left of the stream's block
  std::string carry_;       // a line that spans blocks
  std::int64_t line_number_ = 0;
  bool failed_ = false;
};

}  // namespace tokenfab
