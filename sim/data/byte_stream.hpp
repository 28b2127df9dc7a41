// SPDX-License-Identifier: Apache-2.0
// The bytes of a data file, block by block and decompressed. Whether a file is gzip or zstd is told
// by its first bytes, not by its name, so renamed files work. Memory does not depend on the file's
// length.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tokenfab {

class Decompressor;
class Sha256;

class ByteStream {
 public:
  /// Opens a file. `digest`, if given, is fed with every raw (still compressed) byte as it is read,
  /// and must outlive the stream. ConfigError: missing, a directory or other non-file, unreadable.
  explicit ByteStream(std::string path, Sha256* digest = nullptr);

  /// Reads `bytes`, which must outlive the stream, as if they were the contents of file `name`.
  static ByteStream from_memory(std::string name, std::string_view bytes);
  template <std::same_as<std::string> Temporary>
  static ByteStream from_memory(std::string name, Temporary&& bytes) = delete;

  ByteStream(ByteStream&&) noexcept;
  ~ByteStream();

  /// The next block of contents, valid until the next call; empty at the end, and for ever after.
  /// `line` is where the caller is in the file, for messages (0: not counting lines).
  /// DataError: truncated or corrupt gzip or zstd; all bytes before the fault have been handed out
  /// by then. ConfigError: the file can no longer be read.
  std::string_view next_block(std::int64_t line = 0);

  const std::string& name() const { return name_; }

 private:
  class File;

  ByteStream() = default;
  std::string_view next_raw_block();
  void detect_compression();

  std::string name_;
  std::unique_ptr<File> file_;                  // empty: in memory
  std::string_view memory_;                     // what is left to read of it
  std::string_view first_block_;                // read to detect compression, not handed out yet
  std::unique_ptr<Decompressor> decompressor_;  // empty: plain contents
  Sha256* digest_ = nullptr;
  bool failed_ = false;
};

}  // namespace tokenfab
