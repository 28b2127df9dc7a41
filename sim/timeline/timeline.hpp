// SPDX-License-Identifier: Apache-2.0
// A result folder as a trace for Perfetto or chrome://tracing: states of replicas, jobs and plants,
// what befell them, counters, and a sample of the requests. Memory does not grow with the tables.
#pragma once

#include <cstdint>
#include <string>

#include "sim/timeline/trace_window.hpp"

namespace tokenfab {

/// How long the run of a result folder took; ConfigError or DataError if it is none.
double run_duration_s(const std::string& folder);

struct TimelineTold {
  std::uint64_t events = 0;
  std::uint64_t requests = 0;  // within the window
  std::uint64_t requests_kept = 0;
  std::uint64_t states_left_out = 0;
  std::uint64_t every_row = 1;  // of series.csv that is shown, each n-th
};

/// Writes the trace, of `events_max` events at most: up to half of them states, up to half of what
/// these leave counters, and requests. Throws before the file has its name.
TimelineTold write_timeline(const std::string& folder, TraceWindow window, std::uint64_t events_max,
                            const std::string& path);

}  // namespace tokenfab
