// SPDX-License-Identifier: Apache-2.0
#include "sim/data/byte_stream.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/data/decompressor.hpp"
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

ByteStream::ByteStream(std::string path, Sha256* digest)
    : name_(std::move(path)), file_(std::make_unique<File>(name_)), digest_(digest) {
  file_->require_regular(name_);
  detect_compression();
}

ByteStream ByteStream::from_memory(std::string name, std::string_view bytes) {
  ByteStream stream;
  stream.name_ = std::move(name);
  stream.memory_ = bytes;
  stream.detect_compression();
  return stream;
}

ByteStream::ByteStream(ByteStream&&) noexcept = default;
ByteStream::~ByteStream() = default;

void ByteStream::detect_compression() {
  first_block_ = next_raw_block();
  decompressor_ = Decompressor::for_contents(first_block_);
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
  if (!decompressor_) {
    return next_raw_block();
  }
  if (failed_) {
    return {};
  }
  const auto block = decompressor_->next_block([this] { return next_raw_block(); });
  if (block.empty()) {
    if (const auto& fault = decompressor_->fault(); !fault.empty()) {
      failed_ = true;
      throw DataError({problem_at(name_, line, fault)});
    }
  }
  return block;
}

}  // namespace tokenfab
