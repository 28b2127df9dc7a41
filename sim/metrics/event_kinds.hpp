// SPDX-License-Identifier: Apache-2.0
// What can happen in a factory besides requests: the kinds of rows of events.csv, each declared
// once.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace tokenfab {

enum class EventKind {
  NodeFailed,
  NodeRepaired,
  NodeSlowed,
  NodeFullSpeed,
  ReplicaLoading,
  ReplicaReady,
  ReplicaDraining,
  ReplicaStopped,
  ReplicaLost,
  GridOutageBegan,
  GridOutageEnded,
  UpsBatteryBegan,
  UpsBatteryEnded,
  GensetStarted,
  GensetStopped,
  PlantFaultBegan,
  PlantFaultEnded,
  BreakerTripped,
  ThermalShutdown,
  Blackout,
  PowerBack,
  NodesBack,
  ThrottleBegan,
  ThrottleEnded,
  CapBegan,
  CapEnded,
  JobStarted,
  JobInterrupted,
  JobPreempted,
  JobRequeued,
  JobEnded,
  JobRejected,
  Truncated
};

struct EventKindDeclaration {
  EventKind kind;
  std::string_view name;      // in events.csv
  std::string_view sentence;  // for people
};

/// All of them, in the order of the enumeration.
std::span<const EventKindDeclaration> event_kinds();

std::string_view name_of(EventKind kind);
/// nullopt: no kind is called that.
std::optional<EventKind> event_kind_named(std::string_view name);

}  // namespace tokenfab
