// SPDX-License-Identifier: Apache-2.0
// Rows of events.csv as slices and instants of a trace: what state replicas, jobs and plants were
// in, and what befell them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "sim/data/csv_rows.hpp"
#include "sim/metrics/event_kinds.hpp"
#include "sim/timeline/trace_window.hpp"
#include "sim/timeline/trace_writer.hpp"

namespace tokenfab {

struct StateRow {
  double at_s = 0;
  std::string_view site;
  std::string_view cluster;
  EventKind kind = EventKind::NodeFailed;
  std::string_view subject;
  std::string_view detail;
};

class StateSlices {
 public:
  /// Writes up to `events_max` events.
  StateSlices(TraceWriter& writer, TraceWindow window, std::uint64_t events_max)
      : writer_(writer), window_(window), events_max_(events_max) {}

  /// In order of date.
  void add(const StateRow& row);
  /// The run ends: what is open ends with it.
  void finish(double at_s);

  std::uint64_t left_out() const { return left_out_; }

 private:
  struct Line {
    std::string process;
    std::string thread;
    std::string state;  // empty: none
    std::string detail;
    double since_s = 0;
  };
  Line& line(std::string process, std::string thread);
  void become(Line& line, std::string_view state, const StateRow& row);
  void add_replica(const StateRow& row);
  void add_job(const StateRow& row);
  void add_plant(const StateRow& row);
  void mark(const std::string& process, const std::string& thread, const StateRow& row);
  void write_state(const Line& line, double until_s);
  bool has_room();

  TraceWriter& writer_;
  TraceWindow window_;
  std::uint64_t events_max_;
  std::uint64_t left_out_ = 0;
  std::map<std::string, Line> lines_;  // by process and thread
};

/// Reads events.csv into them. DataError: a kind of event that is not known.
void add_states(const std::string& path, StateSlices& slices);

}  // namespace tokenfab
