// SPDX-License-Identifier: Apache-2.0
// Events of the Chrome trace format, which Perfetto reads: "Trace Event Format", JSON object
// format, https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU. Dates
// are seconds here and microseconds there.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "sim/timeline/timeline_file.hpp"

namespace tokenfab {

/// What a viewer shows of an event when it is clicked.
class TraceArgs {
 public:
  TraceArgs& add(std::string_view name, std::string_view text);
  TraceArgs& add(std::string_view name, double number);
  const std::string& json() const { return json_; }  // without braces

 private:
  std::string json_;
};

/// A line of the viewer.
struct TraceTrack {
  int process = 0;
  int thread = 0;
};

class TraceWriter {
 public:
  explicit TraceWriter(TimelineFile& file);

  /// Both have numbers from 1 on in the order in which they are first asked for.
  int process(const std::string& name);
  TraceTrack thread(const std::string& process, const std::string& name);

  void slice(TraceTrack track, double from_s, double to_s, std::string_view name,
             const TraceArgs& args = {});
  void instant(TraceTrack track, double at_s, std::string_view name, const TraceArgs& args = {});
  /// Its values hold until the next one of the name.
  void counter(int process, double at_s, std::string_view name, const TraceArgs& values);
  /// What overlaps others of its process. Those of one `id` lie within each other: begun and ended
  /// in the order of their dates, the inner ones between the ends of the outer one.
  void async_begin(int process, std::uint64_t id, double at_s, std::string_view name,
                   const TraceArgs& args = {});
  void async_end(int process, std::uint64_t id, double at_s, std::string_view name);

  /// With those that name processes and threads.
  std::uint64_t events() const { return events_; }
  void finish(const TraceArgs& about);

 private:
  void write(const char* phase, int process, std::string_view rest);
  void write_async(const char* phase, int process, std::uint64_t id, double at_s,
                   std::string_view name, const TraceArgs& args);
  void name_it(const char* what, TraceTrack track, const std::string& name);

  TimelineFile& file_;
  std::map<std::string, int> processes_;
  std::map<std::pair<int, std::string>, int> threads_;
  std::map<int, int> threads_of_;  // by process: their number
  std::uint64_t events_ = 0;
};

}  // namespace tokenfab
