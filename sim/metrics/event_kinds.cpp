// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/event_kinds.hpp"

#include <algorithm>
#include <array>

namespace tokenfab {
namespace {

constexpr std::array declarations{
    EventKindDeclaration{EventKind::NodeFailed, "node_failed",
                         "Nodes broke; what ran there is lost"},
    EventKindDeclaration{EventKind::NodeRepaired, "node_repaired", "Nodes work again"},
    EventKindDeclaration{EventKind::NodeSlowed, "node_slowed",
                         "A node takes longer, which nobody has noticed; the factor is the detail"},
    EventKindDeclaration{EventKind::NodeFullSpeed, "node_full_speed",
                         "A slow node is as fast as before"},
    EventKindDeclaration{EventKind::ReplicaLoading, "replica_loading",
                         "A replica holds its chips and loads its weights"},
    EventKindDeclaration{EventKind::ReplicaReady, "replica_ready",
                         "A replica takes requests; those ready at date 0 have no row"},
    EventKindDeclaration{EventKind::ReplicaDraining, "replica_draining",
                         "A replica takes nothing new and finishes what it has"},
    EventKindDeclaration{EventKind::ReplicaStopped, "replica_stopped",
                         "A replica is off and leaves its chips"},
    EventKindDeclaration{EventKind::ReplicaLost, "replica_lost",
                         "A replica went with its nodes, and with it its caches"},
    EventKindDeclaration{EventKind::GridOutageBegan, "grid_outage_began", "The grid is away"},
    EventKindDeclaration{EventKind::GridOutageEnded, "grid_outage_ended", "The grid is back"},
    EventKindDeclaration{EventKind::UpsBatteryBegan, "ups_battery_began",
                         "Batteries of the power chain feed the racks"},
    EventKindDeclaration{EventKind::UpsBatteryEnded, "ups_battery_ended",
                         "Batteries of the power chain no longer feed the racks"},
    EventKindDeclaration{EventKind::GensetStarted, "genset_started", "Generators carry load"},
    EventKindDeclaration{EventKind::GensetStopped, "genset_stopped",
                         "Generators stopped, or are out of fuel"},
    EventKindDeclaration{EventKind::PlantFaultBegan, "plant_fault_began",
                         "A part of the plant stands still"},
    EventKindDeclaration{EventKind::PlantFaultEnded, "plant_fault_ended",
                         "A part of the plant works again"},
    EventKindDeclaration{EventKind::BreakerTripped, "breaker_tripped",
                         "Breakers opened, or sources could not carry the load"},
    EventKindDeclaration{EventKind::ThermalShutdown, "thermal_shutdown",
                         "Chips or room were too hot: the racks were cut"},
    EventKindDeclaration{EventKind::Blackout, "blackout",
                         "The racks lost their power, and with it all that ran there"},
    EventKindDeclaration{EventKind::PowerBack, "power_back",
                         "The racks have power and their nodes start"},
    EventKindDeclaration{EventKind::NodesBack, "nodes_back",
                         "The nodes have started after a blackout"},
    EventKindDeclaration{EventKind::ThrottleBegan, "throttle_began",
                         "The mean clock of the site's chips fell below its full value; the detail "
                         "tells why"},
    EventKindDeclaration{EventKind::ThrottleEnded, "throttle_ended",
                         "All chips of the site run at full clock again"},
    EventKindDeclaration{EventKind::CapBegan, "cap_began",
                         "The power control wants a cluster's clock below its full value"},
    EventKindDeclaration{EventKind::CapEnded, "cap_ended",
                         "The power control no longer lowers a cluster's clock"},
    EventKindDeclaration{EventKind::JobStarted, "job_started", "A job has chips and runs"},
    EventKindDeclaration{EventKind::JobInterrupted, "job_interrupted",
                         "A job lost nodes; the detail tells how it goes on"},
    EventKindDeclaration{EventKind::JobPreempted, "job_preempted",
                         "A job had to leave nodes to somebody else"},
    EventKindDeclaration{EventKind::JobRequeued, "job_requeued",
                         "A job left its chips and waits for others"},
    EventKindDeclaration{EventKind::JobEnded, "job_ended", "A job is done"},
    EventKindDeclaration{EventKind::JobRejected, "job_rejected",
                         "A job wants more chips than it can ever get"},
    EventKindDeclaration{EventKind::Truncated, "truncated",
                         "The last row where there would have been more than output.events_max; "
                         "the detail counts those left out, all of them later"},
};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < declarations.size(); ++i) {
    if (declarations[i].kind != static_cast<EventKind>(i)) {
      return false;
    }
  }
  return declarations.size() == static_cast<std::size_t>(EventKind::Truncated) + 1;
}
static_assert(is_in_order());

}  // namespace

std::span<const EventKindDeclaration> event_kinds() { return declarations; }

std::string_view name_of(EventKind kind) {
  return declarations[static_cast<std::size_t>(kind)].name;
}

std::optional<EventKind> event_kind_named(std::string_view name) {
  const auto found = std::find_if(declarations.begin(), declarations.end(),
                                  [name](const auto& each) { return each.name == name; });
  return found == declarations.end() ? std::nullopt : std::optional(found->kind);
}

}  // namespace tokenfab
