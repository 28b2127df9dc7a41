// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/core/errors.hpp"
#include "sim/report/read_report.hpp"
#include "sim/timeline/request_slices.hpp"
#include "sim/timeline/series_counters.hpp"
#include "sim/timeline/state_slices.hpp"
#include "sim/timeline/timeline_file.hpp"
#include "sim/timeline/trace_writer.hpp"

namespace tokenfab {

double run_duration_s(const std::string& folder) {
  const auto file = report_path(folder);
  const auto report = flat_report(read_file(file), file);
  const auto found = std::find_if(report.begin(), report.end(),
                                  [](const auto& entry) { return entry.first == "duration_s"; });
  if (found == report.end()) {
    throw DataError({{{file, 0, 0}, "", "the report has no duration_s", ""}});
  }
  constexpr double longest_s = 9e9;  // what 64 bits hold in nanoseconds
  if (!(found->second >= 0 && found->second <= longest_s)) {
    throw DataError(
        {{{file, 0, 0}, "", fmt::format("no run takes {} s: duration_s", found->second), ""}});
  }
  return found->second;
}

TimelineTold write_timeline(const std::string& folder, TraceWindow window, std::uint64_t events_max,
                            const std::string& path) {
  const double end_s = run_duration_s(folder);
  const auto table = [&folder](const char* name) { return folder + "/" + name; };
  const auto is_there = [&table](const char* name) { return std::filesystem::exists(table(name)); };
  TimelineTold told;
  TimelineFile file(path);
  TraceWriter writer(file);
  if (is_there("events.csv")) {
    StateSlices states(writer, window, events_max / 2);
    add_states(table("events.csv"), states);
    states.finish(end_s);
    told.states_left_out = states.left_out();
  }
  if (is_there("series.csv")) {
    const auto room = writer.events() + (events_max - writer.events()) / 2;
    told.every_row = add_counters(table("series.csv"), window, room, writer);
  }
  if (is_there("requests.csv")) {
    const auto requests = add_requests(table("requests.csv"), window, end_s, events_max, writer);
    told.requests = requests.in_window;
    told.requests_kept = requests.kept;
  }
  told.events = writer.events();
  TraceArgs about;
  about.add("source", "tokenfab timeline")
      .add("requests", static_cast<double>(told.requests))
      .add("requests kept", static_cast<double>(told.requests_kept));
  writer.finish(about);
  file.commit();
  return told;
}

}  // namespace tokenfab
