// SPDX-License-Identifier: Apache-2.0
// Any bytes as each table that a timeline is drawn from: a trace within its bounds, or a DataError.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/config/document.hpp"
#include "sim/core/check.hpp"
#include "sim/core/errors.hpp"
#include "sim/report/read_report.hpp"
#include "sim/timeline/request_slices.hpp"
#include "sim/timeline/series_counters.hpp"
#include "sim/timeline/state_slices.hpp"
#include "tests/fuzz/entries.hpp"
#include "tests/fuzz/scratch_folder.hpp"

namespace tokenfab::fuzz {
namespace {

constexpr double end_s = 3600;
constexpr std::uint64_t events_max = 100;

const ScratchFolder& folder() {
  static const ScratchFolder scratch({"table.csv"});
  return scratch;
}

/// JSON, unless the names in the table are no UTF-8; those pass as they are.
void check_trace(const std::string& path, bool is_plain) {
  const auto text = read_file(path);
  if (!is_plain) {
    return;
  }
  const auto trace = parse_document(text, "trace.json");
  for (const auto& event : trace.find("traceEvents")->items) {
    const Node* date = event.find("ts");
    const double at_us = date == nullptr                   ? 0
                         : date->kind == NodeKind::Integer ? static_cast<double>(date->integer)
                                                           : date->number;
    CHECK(at_us >= 0 && at_us <= end_s * 1e6, "an event at {}", at_us);
  }
}

template <class Write>
void traced(std::string_view bytes, Write write) {
  const auto is_plain = std::all_of(bytes.begin(), bytes.end(), [](char c) { return c > 0; });
  const auto path = folder().file("trace.json");
  try {
    TimelineFile file(path);
    TraceWriter writer(file);
    write(writer);
    CHECK(writer.events() <= events_max, "{} events", writer.events());
    writer.finish({});
    file.commit();
    check_trace(path, is_plain);
  } catch (const DataError& error) {
    CHECK(!error.problems().empty(), "an error without a problem");
  }
}

}  // namespace

void run_timeline_rows(std::string_view bytes) {
  folder().fill(bytes);
  const auto table = folder().file("table.csv");
  const TraceWindow window{0, bytes.size() % 2 == 0 ? end_s : end_s / 2};
  traced(bytes, [&](TraceWriter& writer) {
    StateSlices states(writer, window, events_max);
    add_states(table, states);
    states.finish(end_s);
  });
  traced(bytes, [&](TraceWriter& writer) { add_counters(table, window, events_max, writer); });
  traced(bytes,
         [&](TraceWriter& writer) { add_requests(table, window, end_s, events_max, writer); });
}

}  // namespace tokenfab::fuzz
