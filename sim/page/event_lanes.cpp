// SPDX-License-Identifier: Apache-2.0
#include "sim/page/event_lanes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "sim/data/csv_rows.hpp"
#include "sim/metrics/event_kinds.hpp"
#include "sim/page/figures.hpp"
#include "sim/page/page_json.hpp"

namespace tokenfab {
namespace {

constexpr std::size_t stretches_max = 600;  // of a lane: about a pixel each
constexpr std::size_t rows_max = 200;

/// What begins at one kind of event and ends at any of others; momentary without an end.
struct LaneKind {
  const char* label;
  const char* begin;
  std::vector<std::string> ends;
};

const std::vector<LaneKind>& lane_kinds() {
  static const std::vector<LaneKind> kinds{
      {"grid outage", "grid_outage_began", {"grid_outage_ended"}},
      {"racks without power", "blackout", {"power_back"}},
      {"nodes starting again", "power_back", {"nodes_back", "blackout"}},
      {"breaker tripped", "breaker_tripped", {}},
      {"thermal shutdown", "thermal_shutdown", {}},
      {"plant fault", "plant_fault_began", {"plant_fault_ended"}},
      {"on batteries", "ups_battery_began", {"ups_battery_ended"}},
      {"generators running", "genset_started", {"genset_stopped"}},
      {"throttled", "throttle_began", {"throttle_ended"}},
      {"power cap in force", "cap_began", {"cap_ended"}},
      {"nodes broken", "node_failed", {"node_repaired"}},
      {"nodes slow", "node_slowed", {"node_full_speed", "node_failed"}},
      {"replica lost", "replica_lost", {}},
      {"replicas loading", "replica_loading", {"replica_ready", "replica_lost", "replica_stopped"}},
      {"replicas draining", "replica_draining", {"replica_stopped", "replica_lost"}},
      {"job interrupted", "job_interrupted", {}},
      {"job preempted", "job_preempted", {}},
      {"jobs running", "job_started", {"job_ended", "job_requeued"}},
  };
  return kinds;
}

/// One lane while the file is read.
class LaneBuilder {
 public:
  void begin(const std::string& subject, double date) {
    if (open_.emplace(subject, date).second) {
      ++times_;
    }
  }
  void end(const std::string& subject, double date) {
    if (const auto found = open_.find(subject); found != open_.end()) {
      close(found->second, date);
      open_.erase(found);
    }
  }
  void mark(double date) {
    ++times_;
    changes_.emplace_back(date, 0);
  }
  bool is_empty() const { return times_ == 0; }

  EventLane finish(std::string label, bool is_momentary, double end_s) {
    for (const auto& [subject, date] : open_) {
      close(date, end_s);
    }
    EventLane lane;
    lane.label = std::move(label);
    lane.is_momentary = is_momentary;
    lane.times = times_;
    lane.total_s = total_s_;
    std::sort(changes_.begin(), changes_.end());
    is_momentary ? add_marks(lane) : add_stretches(lane);
    for (const auto& stretch : lane.stretches) {
      lane.most = std::max(lane.most, stretch.count);
    }
    lane.stretches = bounded(lane.stretches, end_s, stretches_max);
    return lane;
  }

 private:
  void close(double begin, double end) {
    changes_.emplace_back(begin, 1);
    changes_.emplace_back(end, -1);
    total_s_ += end - begin;
  }
  void add_marks(EventLane& lane) const {
    for (const auto& [date, change] : changes_) {
      if (!lane.stretches.empty() && lane.stretches.back().begin_s == date) {
        ++lane.stretches.back().count;
      } else {
        lane.stretches.push_back({date, date, 1});
      }
    }
  }
  void add_stretches(EventLane& lane) const {
    int count = 0;
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      count += changes_[i].second;
      const bool goes_on = i + 1 < changes_.size() && changes_[i + 1].first > changes_[i].first;
      if (count > 0 && goes_on) {
        lane.stretches.push_back(
            {changes_[i].first, changes_[i + 1].first, static_cast<std::size_t>(count)});
      }
    }
  }

  std::map<std::string, double> open_;  // began, not ended
  std::vector<std::pair<double, int>> changes_;
  std::size_t times_ = 0;
  double total_s_ = 0;
};

/// Kinds that no lane knows are marks under their own name.
std::string label_of(std::string kind) {
  std::replace(kind.begin(), kind.end(), '_', ' ');
  return kind;
}

class LaneReader {
 public:
  LaneReader() : lanes_(lane_kinds().size()) {
    for (const auto& kind : lane_kinds()) {
      known_.insert(kind.begin);
      known_.insert(kind.ends.begin(), kind.ends.end());
    }
  }

  void add(const std::string& kind, const std::string& subject, double date) {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      const auto& lane = lane_kinds()[i];
      if (kind == lane.begin) {
        lane.ends.empty() ? lanes_[i].mark(date) : lanes_[i].begin(subject, date);
      } else if (std::find(lane.ends.begin(), lane.ends.end(), kind) != lane.ends.end()) {
        lanes_[i].end(subject, date);
      }
    }
    if (known_.count(kind) == 0) {
      others_[kind].mark(date);
    }
  }

  std::vector<EventLane> finish(double end_s) {
    std::vector<EventLane> lanes;
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      if (!lanes_[i].is_empty()) {
        const auto& kind = lane_kinds()[i];
        lanes.push_back(lanes_[i].finish(kind.label, kind.ends.empty(), end_s));
      }
    }
    for (auto& [kind, lane] : others_) {
      lanes.push_back(lane.finish(label_of(kind), true, end_s));
    }
    return lanes;
  }

 private:
  std::vector<LaneBuilder> lanes_;
  std::map<std::string, LaneBuilder> others_;
  std::set<std::string> known_;
};

}  // namespace

std::vector<LaneStretch> bounded(const std::vector<LaneStretch>& stretches, double end_s,
                                 std::size_t most) {
  if (stretches.size() <= most || !(end_s > 0)) {
    return stretches;
  }
  const double width = end_s / static_cast<double>(most);
  std::vector<std::size_t> counts(most);
  for (const auto& stretch : stretches) {
    const auto first = static_cast<std::size_t>(std::max(0.0, stretch.begin_s / width));
    const auto last = static_cast<std::size_t>(std::max(0.0, stretch.end_s / width));
    for (auto i = first; i <= std::min(last, most - 1); ++i) {
      counts[i] = std::max(counts[i], stretch.count);
    }
  }
  std::vector<LaneStretch> merged;
  for (std::size_t i = 0; i < most; ++i) {
    const double begin = static_cast<double>(i) * width;
    const bool goes_on = !merged.empty() && merged.back().count == counts[i] &&
                         merged.back().end_s > begin - width / 2;
    if (counts[i] > 0 && goes_on) {
      merged.back().end_s = begin + width;
    } else if (counts[i] > 0) {
      merged.push_back({begin, begin + width, counts[i]});
    }
  }
  return merged;
}

EventLanes read_events(const RunInput& run, const RunDates& dates) {
  EventLanes events;
  const auto path = run.file("events.csv");
  if (path.empty()) {
    return events;
  }
  CsvRows rows(path, {"time_s", "site", "cluster", "kind", "subject", "detail"});
  LaneReader reader;
  events.end_s = run.metric("duration_s").value_or(0);
  while (rows.next()) {
    const double date = rows.date_s(0);
    events.end_s = std::max(events.end_s, date);
    const std::string kind(rows.text(3));
    if (kind == name_of(EventKind::Truncated)) {
      events.left_out = rows.text(5);
      continue;
    }
    reader.add(kind, fmt::format("{}/{}/{}", rows.text(1), rows.text(2), rows.text(4)), date);
    ++events.events;
    if (events.rows.size() < rows_max) {
      events.rows.push_back({dates.text(date), label_of(kind), std::string(rows.text(1)),
                             std::string(rows.text(2)), std::string(rows.text(4)),
                             std::string(rows.text(5))});
    }
  }
  events.lanes = reader.finish(events.end_s);
  return events;
}

Node lanes_json(const EventLanes& events) {
  auto lanes = json::array();
  for (const auto& lane : events.lanes) {
    auto stretches = json::array();
    for (const auto& stretch : lane.stretches) {
      stretches.items.push_back(
          json::array({json::number(stretch.begin_s), json::number(stretch.end_s),
                       json::number(static_cast<double>(stretch.count))}));
    }
    lanes.items.push_back(json::object({{"label", json::text(lane.label)},
                                        {"is_momentary", json::boolean(lane.is_momentary)},
                                        {"most", json::number(static_cast<double>(lane.most))},
                                        {"stretches", std::move(stretches)}}));
  }
  return json::object({{"end_s", json::number(events.end_s)}, {"lanes", std::move(lanes)}});
}

PageTable lane_table(const EventLanes& events) {
  PageTable table{"How often and how long",
                  {{"what", false}, {"times", true}, {"at once, at most", true}, {"in all", true}},
                  {}};
  for (const auto& lane : events.lanes) {
    table.rows.push_back({lane.label, number_text(static_cast<double>(lane.times)),
                          number_text(static_cast<double>(lane.most)),
                          lane.is_momentary ? "\u2013" : figure_text("", "s", lane.total_s)});
  }
  return table;
}

PageTable event_table(const EventLanes& events) {
  const auto shown = events.rows.size();
  return {shown < events.events ? fmt::format("The first {} of {} events", shown, events.events)
                                : fmt::format("All {} events", shown),
          {{"date", false},
           {"what", false},
           {"site", false},
           {"cluster", false},
           {"subject", false},
           {"detail", false}},
          events.rows};
}

}  // namespace tokenfab
