// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline/state_slices.hpp"

#include <fmt/format.h>

#include <utility>

#include "sim/core/errors.hpp"

namespace tokenfab {
namespace {

/// What a plant's rows begin or end, on which line of its site.
struct PlantState {
  std::string_view thread;
  std::string_view state;  // empty: it ends
};

std::optional<PlantState> plant_state(EventKind kind) {
  switch (kind) {
    case EventKind::GridOutageBegan:
      return PlantState{"grid", "away"};
    case EventKind::GridOutageEnded:
      return PlantState{"grid", ""};
    case EventKind::UpsBatteryBegan:
      return PlantState{"UPS batteries", "feed the racks"};
    case EventKind::UpsBatteryEnded:
      return PlantState{"UPS batteries", ""};
    case EventKind::GensetStarted:
      return PlantState{"generators", "run"};
    case EventKind::GensetStopped:
      return PlantState{"generators", ""};
    case EventKind::Blackout:
      return PlantState{"racks", "dark"};
    case EventKind::PowerBack:
      return PlantState{"racks", "nodes start"};
    case EventKind::NodesBack:
      return PlantState{"racks", ""};
    case EventKind::ThrottleBegan:
      return PlantState{"clocks", "throttled"};
    case EventKind::ThrottleEnded:
      return PlantState{"clocks", ""};
    default:
      return std::nullopt;
  }
}

std::string cluster_of(const StateRow& row) {
  return fmt::format("cluster {}/{}", row.site, row.cluster);
}

}  // namespace

StateSlices::Line& StateSlices::line(std::string process, std::string thread) {
  const auto key = process + "\n" + thread;
  return lines_.try_emplace(key, Line{std::move(process), std::move(thread), "", "", 0})
      .first->second;
}

void StateSlices::add(const StateRow& row) {
  switch (row.kind) {
    case EventKind::ReplicaLoading:
    case EventKind::ReplicaReady:
    case EventKind::ReplicaDraining:
    case EventKind::ReplicaStopped:
    case EventKind::ReplicaLost:
      add_replica(row);
      break;
    case EventKind::JobStarted:
    case EventKind::JobInterrupted:
    case EventKind::JobPreempted:
    case EventKind::JobRequeued:
    case EventKind::JobEnded:
    case EventKind::JobRejected:
      add_job(row);
      break;
    case EventKind::NodeFailed:
    case EventKind::NodeRepaired:
    case EventKind::NodeSlowed:
    case EventKind::NodeFullSpeed:
      mark(cluster_of(row), "nodes", row);
      break;
    case EventKind::CapBegan:
    case EventKind::CapEnded:
      become(line(cluster_of(row), "power control"),
             row.kind == EventKind::CapBegan ? "capped" : "", row);
      break;
    case EventKind::Truncated:
      break;
    default:
      add_plant(row);
  }
}

/// SERVICE/POOL/NUMBER.
void StateSlices::add_replica(const StateRow& row) {
  const auto slash = std::min(row.subject.find('/'), row.subject.size());
  const auto process = fmt::format("service {}", row.subject.substr(0, slash));
  const std::string thread(row.subject.substr(std::min(slash + 1, row.subject.size())));
  const bool is_known = lines_.count(process + "\n" + thread) > 0;
  auto& replica = line(process, thread);
  const bool was_ready = row.kind == EventKind::ReplicaDraining ||
                         row.kind == EventKind::ReplicaStopped ||
                         row.kind == EventKind::ReplicaLost;
  if (!is_known && was_ready) {
    replica.state = "ready";  // from the beginning: such replicas have no row then
  }
  static const std::map<EventKind, std::string_view> states{
      {EventKind::ReplicaLoading, "loading"},
      {EventKind::ReplicaReady, "ready"},
      {EventKind::ReplicaDraining, "draining"},
      {EventKind::ReplicaStopped, ""},
      {EventKind::ReplicaLost, "lost"}};
  become(replica, states.at(row.kind), row);
}

void StateSlices::add_job(const StateRow& row) {
  const auto process =
      row.cluster.empty() ? fmt::format("jobs {}", row.site) : "jobs of " + cluster_of(row);
  const std::string thread(row.subject);
  if (row.kind == EventKind::JobStarted) {
    become(line(process, thread), "running", row);
  } else if (row.kind == EventKind::JobRequeued) {
    become(line(process, thread), "waiting", row);
  } else if (row.kind == EventKind::JobEnded) {
    become(line(process, thread), "", row);
  } else {
    mark(process, thread, row);
  }
}

void StateSlices::add_plant(const StateRow& row) {
  const auto process = fmt::format("site {}", row.site);
  if (row.kind == EventKind::PlantFaultBegan || row.kind == EventKind::PlantFaultEnded) {
    become(line(process, fmt::format("fault {}", row.subject)),
           row.kind == EventKind::PlantFaultBegan ? "stands still" : "", row);
  } else if (const auto state = plant_state(row.kind)) {
    become(line(process, std::string(state->thread)), state->state, row);
  } else {
    mark(process, "racks", row);
  }
}

void StateSlices::become(Line& line, std::string_view state, const StateRow& row) {
  write_state(line, row.at_s);
  line.state = state;
  line.detail = row.detail;
  line.since_s = row.at_s;
}

void StateSlices::write_state(const Line& line, double until_s) {
  if (line.state.empty() || !window_.meets(line.since_s, until_s) || !has_room()) {
    return;
  }
  TraceArgs args;
  if (!line.detail.empty()) {
    args.add("detail", line.detail);
  }
  writer_.slice(writer_.thread(line.process, line.thread), window_.cut(line.since_s),
                window_.cut(until_s), line.state, args);
}

void StateSlices::mark(const std::string& process, const std::string& thread, const StateRow& row) {
  if (!window_.has(row.at_s) || !has_room()) {
    return;
  }
  TraceArgs args;
  if (!row.subject.empty()) {
    args.add("subject", row.subject);
  }
  if (!row.detail.empty()) {
    args.add("detail", row.detail);
  }
  writer_.instant(writer_.thread(process, thread), row.at_s, name_of(row.kind), args);
}

/// For an event and the names of its process and thread.
bool StateSlices::has_room() {
  constexpr std::uint64_t most = 3;
  const bool has = writer_.events() + most <= events_max_;
  left_out_ += has ? 0 : 1;
  return has;
}

void StateSlices::finish(double at_s) {
  for (const auto& [key, line] : lines_) {
    write_state(line, at_s);
  }
}

void add_states(const std::string& path, StateSlices& slices) {
  CsvRows rows(path, {"time_s", "site", "cluster", "kind", "subject", "detail"});
  double last_s = 0;
  while (rows.next()) {
    const double at_s = rows.known_number(0);
    if (at_s < last_s) {
      rows.refuse(fmt::format("{} s comes after {} s: rows are in order of date", at_s, last_s));
    }
    last_s = at_s;
    const auto kind = event_kind_named(rows.text(3));
    if (!kind) {
      rows.refuse(fmt::format("\"{}\" is no kind of event", rows.text(3)));
    }
    slices.add({at_s, rows.text(1), rows.text(2), *kind, rows.text(4), rows.text(5)});
  }
}

}  // namespace tokenfab
