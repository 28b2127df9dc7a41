// SPDX-License-Identifier: Apache-2.0
// events.csv as lanes over time: how many nodes were broken, replicas loading, caps in force, and
// when something tripped. Lanes stay short however many events there are.
#pragma once

#include <string>
#include <vector>

#include "sim/page/markup.hpp"
#include "sim/page/page_input.hpp"
#include "sim/page/run_dates.hpp"

namespace tokenfab {

/// From one date to another so many at once.
struct LaneStretch {
  double begin_s = 0;
  double end_s = 0;
  std::size_t count = 0;
};

struct EventLane {
  std::string label;
  bool is_momentary = false;  // marks instead of stretches
  std::vector<LaneStretch> stretches;
  std::size_t times = 0;  // that it began or happened
  std::size_t most = 0;   // at once
  double total_s = 0;     // summed over all that overlap
};

struct EventLanes {
  double end_s = 0;
  std::vector<EventLane> lanes;                // those with events, worst first
  std::vector<std::vector<std::string>> rows;  // the first events of the file
  std::size_t events = 0;
  std::string left_out;  // what the file says of events that it has no rows for
};

/// No lanes without the file. Throws DataError.
EventLanes read_events(const RunInput& run, const RunDates& dates);

Node lanes_json(const EventLanes& events);
PageTable lane_table(const EventLanes& events);
PageTable event_table(const EventLanes& events);

/// At most `most` stretches: each then is an equal part of the run with the most at once in it,
/// and equal neighbours are one.
std::vector<LaneStretch> bounded(const std::vector<LaneStretch>& stretches, double end_s,
                                 std::size_t most);

}  // namespace tokenfab
