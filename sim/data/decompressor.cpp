// SPDX-License-Identifier: Apache-2.0
#include "sim/data/decompressor.hpp"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "sim/core/check.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t block_bytes = std::size_t{256} * 1024;

/// zlib's inflate over any number of gzip members.
class GzipDecompressor final : public Decompressor {
 public:
  GzipDecompressor() {
    constexpr int largest_window_gzip_only = 15 + 16;
    const int code = inflateInit2(&zlib_, largest_window_gzip_only);
    CHECK(code == Z_OK, "inflateInit2 returned {}", code);
  }
  GzipDecompressor(const GzipDecompressor&) = delete;  // zlib's state points back at zlib_
  GzipDecompressor& operator=(const GzipDecompressor&) = delete;
  ~GzipDecompressor() override { inflateEnd(&zlib_); }

  std::string_view next_block(const RawSource& next_raw) override {
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
  std::vector<char> block_ = std::vector<char>(block_bytes);
};

/// Any number of zstd frames, skippable ones included (RFC 8878). A frame that wants a window of
/// more than zstd's own default limit of 128 MiB is a fault.
class ZstdDecompressor final : public Decompressor {
 public:
  ZstdDecompressor() : context_(ZSTD_createDCtx()) {
    CHECK(context_ != nullptr, "ZSTD_createDCtx returned none");
  }
  ZstdDecompressor(const ZstdDecompressor&) = delete;
  ZstdDecompressor& operator=(const ZstdDecompressor&) = delete;
  ~ZstdDecompressor() override { ZSTD_freeDCtx(context_); }

  std::string_view next_block(const RawSource& next_raw) override {
    ZSTD_outBuffer out{block_.data(), block_.size(), 0};
    while (out.pos < out.size && fault_.empty()) {
      if (raw_.empty() && !holds_output_) {
        raw_ = next_raw();
        if (raw_.empty()) {
          fault_ = inside_frame_ ? "the file ends inside its zstd data" : "";
          break;
        }
      }
      ZSTD_inBuffer in{raw_.data(), raw_.size(), 0};
      const std::size_t code = ZSTD_decompressStream(context_, &out, &in);
      raw_.remove_prefix(in.pos);
      if (ZSTD_isError(code) != 0) {
        fault_ = fmt::format("corrupt zstd data ({})", ZSTD_getErrorName(code));
      }
      inside_frame_ = code != 0;
      holds_output_ = inside_frame_ && out.pos == out.size;
    }
    return {block_.data(), out.pos};
  }

 private:
  ZSTD_DCtx* context_;
  std::string_view raw_;
  bool inside_frame_ = false;
  bool holds_output_ = false;  // the last block was too small for all that was decompressed
  std::vector<char> block_ = std::vector<char>(block_bytes);
};

}  // namespace

std::unique_ptr<Decompressor> Decompressor::for_contents(std::string_view first_bytes) {
  constexpr std::string_view gzip_magic = "\x1f\x8b";
  constexpr std::string_view zstd_magic = "\x28\xb5\x2f\xfd";
  if (first_bytes.starts_with(gzip_magic)) {
    return std::make_unique<GzipDecompressor>();
  }
  if (first_bytes.starts_with(zstd_magic)) {
    return std::make_unique<ZstdDecompressor>();
  }
  return nullptr;
}

}  // namespace tokenfab
