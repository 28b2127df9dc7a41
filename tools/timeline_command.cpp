// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <variant>

#include "sim/core/unit_parser.hpp"
#include "sim/report/read_report.hpp"
#include "sim/timeline/timeline.hpp"
#include "tools/commands.hpp"

namespace tokenfab::tools {
namespace {

double seconds_of(const std::string& option, const std::string& text) {
  const auto parsed = parse_quantity(text);
  if (const auto* error = std::get_if<UnitError>(&parsed)) {
    throw UsageError(fmt::format("{} \"{}\": {}", option, text, error->message));
  }
  const auto& quantity = std::get<ParsedQuantity>(parsed);
  if (quantity.dimension != dimensions::time || quantity.value_si < 0) {
    throw UsageError(
        fmt::format("{} \"{}\": a span of time since the start was expected, such as \"90 min\"",
                    option, text));
  }
  return quantity.value_si;
}

TraceWindow window_of(const TimelineCommand& command, double duration_s) {
  TraceWindow window{0, duration_s};
  if (!command.from.empty()) {
    window.from_s = seconds_of("--from", command.from);
  }
  if (!command.to.empty()) {
    window.to_s = std::min(duration_s, seconds_of("--to", command.to));
  }
  if (window.from_s >= window.to_s) {
    throw UsageError(fmt::format("from {} to {} there is nothing to show: the run takes {}",
                                 readable(Seconds(window.from_s)), readable(Seconds(window.to_s)),
                                 readable(Seconds(duration_s))));
  }
  return window;
}

}  // namespace

int timeline(const TimelineCommand& command) {
  const double duration_s = run_duration_s(command.folder);
  const auto report = std::filesystem::path(report_path(command.folder));
  const auto folder = report.has_parent_path() ? report.parent_path().string() : ".";
  const auto window = window_of(command, duration_s);
  const auto out = command.out.empty() ? folder + "/trace.json.gz" : command.out;
  const auto told = write_timeline(folder, window, command.events, out);
  fmt::print("{}: {} events, {} of {} requests\n", out, told.events, told.requests_kept,
             told.requests);
  if (told.requests == 0 && !std::filesystem::exists(folder + "/requests.csv")) {
    fmt::print("  the result has no requests.csv (\"output\": {{\"requests\": true}} writes it)\n");
  }
  if (told.states_left_out > 0) {
    fmt::print(
        "  {} states and marks left out; a window (--from, --to) or more --events show "
        "them\n",
        told.states_left_out);
  }
  if (told.every_row > 1) {
    fmt::print("  counters from every {}th row of series.csv\n", told.every_row);
  }
  fmt::print("  open it in https://ui.perfetto.dev or chrome://tracing\n");
  return exit_ok;
}

}  // namespace tokenfab::tools
