// SPDX-License-Identifier: Apache-2.0
// libFuzzer: any bytes, as a file of each trace format, give rows or a DataError, nothing else; and
// rows keep what RequestReader promises. Their first line tells one format or is a DataError.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/core/check.hpp"
#include "sim/core/errors.hpp"
#include "sim/data/open_trace.hpp"

namespace tokenfab {
namespace {

/// Reads all rows, going on after errors as a checker does.
void read_all(RequestReader& reader) {
  RequestRow row;
  Duration previous;
  bool in_order = true;  // promised up to the first error
  for (bool more = true; more;) {
    try {
      while ((more = reader.next(row))) {
        CHECK(!in_order || row.arrival >= previous, "arrival {}", row.arrival.seconds());
        CHECK(row.input_tokens > 0 && row.output_tokens > 0, "a zero count");
        CHECK(row.input_tokens <= max_request_tokens && row.output_tokens <= max_request_tokens,
              "{} + {} tokens", row.input_tokens, row.output_tokens);
        previous = row.arrival;
      }
    } catch (const DataError&) {
      in_order = false;
    }
  }
}

}  // namespace
}  // namespace tokenfab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tokenfab;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const auto format = sniff_trace_format(ByteStream::from_memory("fuzz", bytes));
    CHECK(find_trace_format(format) != nullptr, "format {}", format);
  } catch (const DataError&) {
    // the expected answer to nearly every input
  }
  for (const auto& format : trace_formats()) {
    try {
      read_all(*format.open(ByteStream::from_memory("fuzz", bytes)));
    } catch (const DataError&) {
      continue;  // a bad header
    }
  }
  return 0;
}
