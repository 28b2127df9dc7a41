// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of each trace format give rows or a DataError, nothing else; and rows keep
// what RequestReader promises. Packed by gzip or zstd they give the same rows.
#include <zlib.h>
#include <zstd.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "sim/core/check.hpp"
#include "sim/core/errors.hpp"
#include "sim/data/open_trace.hpp"
#include "sim/data/ragpulse_trace.hpp"
#include "tests/fuzz/entries.hpp"

namespace tokenfab::fuzz {
namespace {

/// What reading a trace came to, to compare readings.
struct Reading {
  std::uint64_t rows = 0;
  std::uint64_t tokens = 0;
  std::uint64_t faults = 0;
  Duration last;
  bool operator==(const Reading&) const = default;
};

/// Reads all rows, going on after errors as a checker does.
Reading read_all(RequestReader& reader) {
  Reading reading;
  RequestRow row;
  bool in_order = true;  // promised up to the first error
  for (bool more = true; more;) {
    try {
      while ((more = reader.next(row))) {
        CHECK(!in_order || row.arrival >= reading.last, "arrival {}", row.arrival.seconds());
        CHECK(row.input_tokens > 0 && row.output_tokens > 0, "a zero count");
        CHECK(row.input_tokens <= max_request_tokens && row.output_tokens <= max_request_tokens,
              "{} + {} tokens", row.input_tokens, row.output_tokens);
        std::uint64_t prompt = 0;
        for (const auto& span : row.prompt) {
          CHECK(span.tokens > 0, "an empty span");
          prompt += span.tokens;
        }
        CHECK(row.prompt.empty() || prompt == row.input_tokens, "{} of {} tokens", prompt,
              row.input_tokens);
        ++reading.rows;
        reading.tokens += row.input_tokens + std::uint64_t{row.output_tokens};
        reading.last = row.arrival;
      }
    } catch (const DataError&) {
      ++reading.faults;
      in_order = false;
    }
  }
  return reading;
}

std::unique_ptr<RequestReader> open_as(std::string_view format, std::string_view bytes) {
  auto stream = ByteStream::from_memory("fuzz", bytes);
  if (format != "ragpulse") {
    return open_request_trace(std::move(stream), format);
  }
  RagpulseLengths lengths;  // otherwise from files beside the trace
  for (std::uint32_t section = 0; section < lengths.tokens.size(); ++section) {
    lengths.tokens[section] = {{section, 10}, {7, 100}};
  }
  return std::make_unique<RagpulseTrace>(std::move(stream), std::move(lengths));
}

Reading read_as(std::string_view format, std::string_view bytes) {
  try {
    return read_all(*open_as(format, bytes));
  } catch (const DataError&) {
    Reading bad_header;
    bad_header.faults = 1;
    return bad_header;
  }
}

/// One gzip member of stored blocks, which costs no compression.
std::string gzip(std::string_view bytes) {
  z_stream zlib = {};
  CHECK(deflateInit2(&zlib, 0, Z_DEFLATED, 9 + 16, 1, Z_DEFAULT_STRATEGY) == Z_OK, "zlib");
  std::string packed(deflateBound(&zlib, bytes.size()), '\0');
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  zlib.avail_in = static_cast<uInt>(bytes.size());
  zlib.next_out = reinterpret_cast<Bytef*>(packed.data());
  zlib.avail_out = static_cast<uInt>(packed.size());
  CHECK(deflate(&zlib, Z_FINISH) == Z_STREAM_END, "zlib");
  packed.resize(zlib.total_out);
  deflateEnd(&zlib);
  return packed;
}

std::string zstd(std::string_view bytes) {
  static ZSTD_CCtx* const context = ZSTD_createCCtx();
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  const auto size =
      ZSTD_compressCCtx(context, packed.data(), packed.size(), bytes.data(), bytes.size(), 1);
  CHECK(ZSTD_isError(size) == 0, "zstd");
  packed.resize(size);
  return packed;
}

/// Whether a file of these bytes is itself taken for a packed one.
bool is_packed(std::string_view bytes) {
  return bytes.starts_with("\x1f\x8b") || (bytes.size() >= 4 && bytes.substr(1, 2) == "\xb5\x2f") ||
         (bytes.size() >= 4 && bytes.substr(1, 3) == "\x2a\x4d\x18");
}

/// The length decides whether the bytes are read packed as well.
void read_wrapped(std::string_view format, std::string_view bytes) {
  const auto plain = read_as(format, bytes);
  if (bytes.empty() || is_packed(bytes)) {
    return;
  }
  if (bytes.size() % 8 == 1) {
    CHECK(read_as(format, gzip(bytes)) == plain, "gzip reads otherwise");
  } else if (bytes.size() % 8 == 5) {
    CHECK(read_as(format, zstd(bytes)) == plain, "zstd reads otherwise");
  }
}

}  // namespace

void run_azure(std::string_view bytes) { read_wrapped("azure", bytes); }
void run_burstgpt(std::string_view bytes) { read_wrapped("burstgpt", bytes); }
void run_csv(std::string_view bytes) { read_wrapped("csv", bytes); }
void run_mooncake(std::string_view bytes) { read_wrapped("mooncake", bytes); }
void run_ragpulse(std::string_view bytes) { read_wrapped("ragpulse", bytes); }

void run_traces(std::string_view bytes) {
  try {
    const auto format = sniff_trace_format(ByteStream::from_memory("fuzz", bytes));
    CHECK(find_trace_format(format) != nullptr, "format {}", format);
    read_as(format, bytes);
  } catch (const DataError&) {
    // no format knows the first line: any of them refuses it
    read_as(trace_formats()[bytes.size() % trace_formats().size()].name, bytes);
  }
}

}  // namespace tokenfab::fuzz
