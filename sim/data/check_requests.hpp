// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/api/request_reader.hpp"
#include "sim/core/instant.hpp"

namespace tokenfab {

/// What a request trace adds up to.
struct TraceSummary {
  std::uint64_t rows = 0;          // requests to play
  std::uint64_t skipped_rows = 0;  // left out: requests that failed
  std::uint64_t input_tokens = 0;
  std::uint64_t output_tokens = 0;
  std::uint32_t max_input_tokens = 0;
  std::uint32_t max_total_tokens = 0;  // input + output of one request
  Duration last_arrival;
  std::string sha256;  // of the file's raw bytes, compressed as they are
};

/// Reads a whole trace before it is played, so that bad data never leaves half a result behind.
/// ConfigError: as open_request_trace. DataError: the first 20 problems of the file at once.
TraceSummary check_requests(const std::string& path, std::string_view format);

/// The same for a reader already open, without the sum of the bytes.
TraceSummary check_requests(RequestReader& reader);

}  // namespace tokenfab
