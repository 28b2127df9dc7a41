// SPDX-License-Identifier: Apache-2.0
#include "sim/data/byte_stream.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/core/errors.hpp"
#include "sim/data/problems.hpp"
#include "sim/data/sha256.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t block_bytes = std::size_t{256} * 1024;

[[noreturn]] void reject_file(const std::string& path, std::string message) {
  throw ConfigError({problem_at(path, 0, std::move(message))});
}

std::string system_message(int error) {
  return fmt::format("cannot be read: {}", std::strerror(error));
}

}  // namespace

/// A file descriptor and its block buffer.
class ByteStream::File {
 public:
  explicit File(const std::string& path)
      // Non-blocking: opening a named pipe must not hang before it is told apart from a file.
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (descriptor_ < 0) {
      reject_file(path, errno == ENOENT ? "no such file" : system_message(errno));
    }
  }
  File(const File&) = delete;
  ~File() { ::close(descriptor_); }

  void require_regular(const std::string& path) const {
    struct stat status = {};
    if (::fstat(descriptor_, &status) != 0) {
      reject_file(path, system_message(errno));
    }
    if (S_ISDIR(status.st_mode)) {
      reject_file(path, "is a directory, expected a file");
    }
    // The file is read twice (checked, then played), so a pipe cannot do.
    if (!S_ISREG(status.st_mode)) {
      reject_file(path, "is not a regular file");
    }
  }

  std::string_view read(const std::string& path) {
    for (;;) {
      const ssize_t size = ::read(descriptor_, block_.data(), block_.size());
      if (size >= 0) {
        return {block_.data(), static_cast<std::size_t>(size)};
      }
      if (errno != EINTR) {
        reject_file(path, system_message(errno));
      }
    }
  }

 private:
  int descriptor_;
  std::vector<char> block_ = std::vector<char>(block_bytes);
};

/// zlib's inflate over any number of gzip members.
class ByteStream::Inflater {
 public:
  Inflater() {
    constexpr int largest_window_gzip_only = 15 + 16;
    const int code = inflateInit2(&zlib_, largest_window_gzip_only);
    CHECK(code == Z_OK, "inflateInit2 returned {}", code);
  }
  Inflater(const Inflater&) = delete;  // zlib's state points back at zlib_
  ~Inflater() { inflateEnd(&zlib_); }

  /// Fills a block from `next_raw()`; stops early at the end and at a fault.
  template <class NextRaw>
  std::string_view next_block(NextRaw next_raw) {
    zlib_.next_out = reinterpret_cast<Bytef*>(block_.data());
    zlib_.avail_out = static_cast<uInt>(block_.size());
    while (zlib_.avail_out > 0 && fault_.empty()) {
      if (raw_.empty()) {
        raw_ = next_raw();
      }
      if (raw_.empty()) {
        fault_ = inside_member_ ? "the file ends inside its gzip data" : "";
        break;
      }
      inflate_some();
    }
    return {block_.data(), block_.size() - zlib_.avail_out};
  }

  /// What is wrong after the last block; empty if nothing is.
  const std::string& fault() const { return fault_; }

 private:
  void inflate_some() {
    if (!inside_member_) {
      inflateReset(&zlib_);
      inside_member_ = true;
    }
    zlib_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(raw_.data()));
    zlib_.avail_in = static_cast<uInt>(std::min(raw_.size(), block_bytes));
    const uInt offered = zlib_.avail_in;
    const int code = inflate(&zlib_, Z_NO_FLUSH);
    raw_.remove_prefix(offered - zlib_.avail_in);
    if (code == Z_STREAM_END) {
      inside_member_ = false;
    } else if (code != Z_OK) {
      fault_ = fmt::format("corrupt gzip data ({})", zlib_.msg ? zlib_.msg : zError(code));
    }
  }

  z_stream zlib_ = {};
  std::string_view raw_;
  bool inside_member_ = false;
  std::string fault_;
  std::vector<char> block_ = std::vector<char>(block_bytes);
};

ByteStream::ByteStream(std::string path, Sha256* digest)
    : name_(std::move(path)), file_(std::make_unique<File>(name_)), digest_(digest) {
  file_->require_regular(name_);
  detect_gzip();
}

ByteStream ByteStream::from_memory(std::string name, std::string_view bytes) {
  ByteStream stream;
  stream.name_ = std::move(name);
  stream.memory_ = bytes;
  stream.detect_gzip();
  return stream;
}

ByteStream::ByteStream(ByteStream&&) noexcept = default;
ByteStream::~ByteStream() = default;

void ByteStream::detect_gzip() {
  constexpr std::string_view gzip_magic = "\x1f\x8b";
  first_block_ = next_raw_block();
  if (first_block_.starts_with(gzip_magic)) {
    inflater_ = std::make_unique<Inflater>();
  }
}

std::string_view ByteStream::next_raw_block() {
  if (!first_block_.empty()) {
    return std::exchange(first_block_, {});
  }
  std::string_view block;
  if (file_) {
    block = file_->read(name_);
  } else {
    block = memory_.substr(0, block_bytes);
    memory_.remove_prefix(block.size());
  }
  if (digest_) {
    digest_->update(block);
  }
  return block;
}

std::string_view ByteStream::next_block(std::int64_t line) {
  if (!inflater_) {
    return next_raw_block();
  }
  if (failed_) {
    return {};
  }
  const auto block = inflater_->next_block([this] { return next_raw_block(); });
  if (block.empty()) {
    if (const auto& fault = inflater_->fault(); !fault.empty()) {
      failed_ = true;
      throw DataError({problem_at(name_, line, fault)});
    }
  }
  return block;
}

}  // namespace tokenfab
