// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline/timeline_file.hpp"

#include <zlib.h>

#include <array>

#include "sim/core/check.hpp"

namespace tokenfab {

class TimelineFile::Gzip {
 public:
  explicit Gzip(PendingFile& file) : file_(file) {
    constexpr int window_bits = 15;
    constexpr int gzip_header = 16;  // added to window_bits: zlib's manual, deflateInit2()
    constexpr int memory_level = 8;  // its default
    const int result = deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
                                    window_bits + gzip_header, memory_level, Z_DEFAULT_STRATEGY);
    CHECK(result == Z_OK, "zlib: {}", result);
  }
  ~Gzip() { deflateEnd(&stream_); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  void write(std::string_view text, bool is_last) {
    // zlib does not write to its input, but its interface does not say so.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream_.avail_in = static_cast<uInt>(text.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
      stream_.avail_out = static_cast<uInt>(out_.size());
      const int result = deflate(&stream_, is_last ? Z_FINISH : Z_NO_FLUSH);
      CHECK(result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR, "zlib: {}", result);
      file_.write({out_.data(), out_.size() - stream_.avail_out});
    } while (stream_.avail_out == 0);
  }

 private:
  PendingFile& file_;
  z_stream stream_{};
  std::array<char, 1 << 16> out_{};
};

TimelineFile::TimelineFile(const std::string& path)
    : file_(path), gzip_(path.ends_with(".gz") ? std::make_unique<Gzip>(file_) : nullptr) {}

TimelineFile::~TimelineFile() = default;

void TimelineFile::write(std::string_view text) {
  constexpr std::size_t buffered = 1 << 16;
  buffer_ += text;
  if (buffer_.size() < buffered) {
    return;
  }
  if (gzip_) {
    gzip_->write(buffer_, false);
  } else {
    file_.write(buffer_);
  }
  buffer_.clear();
}

void TimelineFile::commit() {
  if (gzip_) {
    gzip_->write(buffer_, true);
  } else {
    file_.write(buffer_);
  }
  buffer_.clear();
  file_.commit();
}

}  // namespace tokenfab
