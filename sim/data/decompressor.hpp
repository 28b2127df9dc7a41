// SPDX-License-Identifier: Apache-2.0
// Streaming decompression of gzip and zstd. Memory is a block and the format's own window.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace tokenfab {

class Decompressor {
 public:
  /// Gives the next block of compressed bytes; empty at the end, and for ever after.
  using RawSource = std::function<std::string_view()>;

  virtual ~Decompressor() = default;

  /// The decompressor for a file that begins with these bytes; null if they are plain contents.
  static std::unique_ptr<Decompressor> for_contents(std::string_view first_bytes);

  /// A block of contents, valid until the next call; empty at the end and after a fault.
  virtual std::string_view next_block(const RawSource& next_raw) = 0;

  /// What is wrong after the last block; empty if nothing is.
  const std::string& fault() const { return fault_; }

 protected:
  std::string fault_;
};

}  // namespace tokenfab
