// SPDX-License-Identifier: Apache-2.0
// Losses, slowdowns and repairs of one cluster's nodes at run time, and losses of the power of all
// of them: told to whoever runs there.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "sim/api/faults.hpp"
#include "sim/engine/engine.hpp"
#include "sim/scenario/config.hpp"
#include "sim/scenario/event_log.hpp"
#include "sim/scenario/node_listener.hpp"

namespace tokenfab {

class FaultRuntime : public engine::EventHandler {
 public:
  FaultRuntime(std::unique_ptr<FaultProcess> process, engine::Agenda& agenda,
               std::vector<NodeListener*> listeners, EventLog* events = nullptr,
               EventPlace place = {});

  void start(std::uint32_t nodes, RandomStream random);
  void handle_event(Instant now) override;

  /// All nodes are lost until power_restored(); what breaks or is repaired meanwhile shows then.
  void power_lost(Instant now);
  void power_restored(Instant now);

 private:
  /// When a fault ends.
  struct End {
    Instant date;
    NodeLoss fault;
    bool operator>(const End& other) const {
      return date != other.date ? date > other.date : fault.node > other.fault.node;
    }
  };
  void begin(const NodeLoss& fault, Instant now);
  bool end_due_faults(Instant now);
  void slow(std::uint32_t node, double factor, Instant now);
  void end_slowdown(std::uint32_t node, double factor, Instant now);
  void lose(const std::vector<std::uint32_t>& nodes, Instant now);
  void reschedule();
  void note(EventKind kind, const std::vector<std::uint32_t>& nodes, Instant now) const;
  void note_speed(std::uint32_t node, double factor, Instant now) const;

  std::unique_ptr<FaultProcess> process_;
  engine::Agenda& agenda_;
  std::vector<NodeListener*> listeners_;
  engine::Agenda::Slot slot_;
  std::optional<NodeLoss> next_;
  std::vector<std::uint32_t> stops_;                     // by node: faults that hold it down
  std::map<std::uint32_t, std::vector<double>> slowed_;  // by node: factors of its slowdowns
  bool has_power_ = true;
  std::vector<End> ends_;  // min-heap
  EventLog* events_;
  EventPlace place_;
};

/// The losses of one cluster of a site, by the site's number in name order.
struct SiteFaults {
  std::uint32_t site;
  std::unique_ptr<FaultRuntime> runtime;
};

/// One for every cluster of the scenario, started; `users_of` tells who runs on a cluster, by the
/// numbers of its site and of itself, both in name order.
std::vector<SiteFaults> make_fault_runtimes(
    const ScenarioConfig& config, engine::Agenda& agenda,
    const std::function<std::vector<NodeListener*>(std::uint32_t, std::uint32_t)>& users_of,
    EventLog* events = nullptr);

}  // namespace tokenfab
