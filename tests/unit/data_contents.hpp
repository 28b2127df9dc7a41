// SPDX-License-Identifier: Apache-2.0
// Contents of trace files for the tests of sim/data, and what reading them gives.
#pragma once

#include <zlib.h>

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/data/open_trace.hpp"

namespace tokenfab {

inline const std::string azure_header = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
inline const std::string csv_header = "arrival_s,input_tokens,output_tokens\n";

/// One gzip member.
inline std::string gzip(const std::string& contents) {
  z_stream zlib = {};
  REQUIRE(deflateInit2(&zlib, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(deflateBound(&zlib, contents.size()), '\0');
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(contents.data()));
  zlib.avail_in = static_cast<uInt>(contents.size());
  zlib.next_out = reinterpret_cast<Bytef*>(packed.data());
  zlib.avail_out = static_cast<uInt>(packed.size());
  REQUIRE(deflate(&zlib, Z_FINISH) == Z_STREAM_END);
  packed.resize(zlib.total_out);
  deflateEnd(&zlib);
  return packed;
}

inline std::vector<RequestRow> rows_of(const std::string& contents, std::string_view format) {
  const auto reader = open_request_trace(ByteStream::from_memory("t.csv", contents), format);
  std::vector<RequestRow> rows;
  for (RequestRow row; reader->next(row);) {
    rows.push_back(row);
  }
  return rows;
}

/// All messages of the DataError that reading `contents` throws; empty if it throws none.
inline std::string data_error(const std::string& contents, std::string_view format) {
  try {
    rows_of(contents, format);
    return {};
  } catch (const DataError& error) {
    return error.what();
  }
}

}  // namespace tokenfab
