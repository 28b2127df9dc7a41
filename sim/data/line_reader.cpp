// SPDX-License-Identifier: Apache-2.0
#include "sim/data/line_reader.hpp"

#include <fmt/format.h>

#include "sim/data/problems.hpp"

namespace tokenfab {

bool LineReader::next(std::string_view& line) {
  const std::size_t end = block_.find('\n');  // a memchr
  if (end != std::string_view::npos) [[likely]] {
    line = block_.substr(0, end);
    block_.remove_prefix(end + 1);
  } else if (!next_across_blocks(line)) {
    return false;
  }
  ++line_number_;
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (line_number_ == 1 && line.starts_with(byte_order_mark)) {
    line.remove_prefix(byte_order_mark.size());
  }
  return true;
}

bool LineReader::next_across_blocks(std::string_view& line) {
  carry_.assign(block_);
  block_ = {};
  bool complete = false;
  while (!complete && !failed_) {
    block_ = stream_.next_block(line_number_ + 1);
    if (block_.empty()) {
      break;
    }
    const std::size_t end = block_.find('\n');
    complete = end != std::string_view::npos;
    carry_.append(block_.substr(0, end));
    block_.remove_prefix(complete ? end + 1 : block_.size());
    if (carry_.size() > line_bytes_max_) {
      failed_ = true;
      block_ = {};
      throw DataError({problem_at(file(), line_number_ + 1,
                                  fmt::format("the line is longer than the limit of {} MiB ({} "
                                              "bytes)",
                                              line_bytes_max_ >> 20, line_bytes_max_),
                                  "is this the right file?")});
    }
  }
  line = carry_;
  return complete || !carry_.empty();
}

}  // namespace tokenfab
