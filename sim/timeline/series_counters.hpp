// SPDX-License-Identifier: Apache-2.0
// Rows of series.csv as counters of a trace: means stand at the beginning of their interval, states
// at its end.
#pragma once

#include <cstdint>
#include <string>

#include "sim/timeline/trace_window.hpp"
#include "sim/timeline/trace_writer.hpp"

namespace tokenfab {

/// Writes them until the trace has `events_max` events; of too many rows every n-th. Returns n.
std::uint64_t add_counters(const std::string& path, TraceWindow window, std::uint64_t events_max,
                           TraceWriter& writer);

}  // namespace tokenfab
