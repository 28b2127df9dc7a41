// SPDX-License-Identifier: Apache-2.0
// libFuzzer: any bytes, as a file of each trace format, give rows or a DataError, nothing else; and
// rows keep what RequestReader promises.
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
  for (const auto& format : trace_formats()) {
    try {
      read_all(*format.open(ByteStream::from_memory("fuzz", bytes)));
    } catch (const DataError&) {
      continue;  // a bad header
    }
  }
  return 0;
}
