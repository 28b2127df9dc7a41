// SPDX-License-Identifier: Apache-2.0
// Rows of requests.csv as slices of a trace: each from its arrival to its last token, in it the
// time to the first token and the decoding. Of too many a sample that depends on nothing but their
// names: those whose hashes are the smallest.
#pragma once

#include <cstdint>
#include <string>

#include "sim/timeline/trace_window.hpp"
#include "sim/timeline/trace_writer.hpp"

namespace tokenfab {

struct RequestsTold {
  std::uint64_t in_window = 0;
  std::uint64_t kept = 0;
};

/// Writes them until the trace has `events_max` events. `end_s` of the run: of what is in flight.
RequestsTold add_requests(const std::string& path, TraceWindow window, double end_s,
                          std::uint64_t events_max, TraceWriter& writer);

}  // namespace tokenfab
