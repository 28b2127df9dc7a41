// SPDX-License-Identifier: Apache-2.0
// Losses and repairs of one cluster's nodes at run time, and of the power of all of them: told to
// the pools that run there.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "sim/api/faults.hpp"
#include "sim/engine/engine.hpp"
#include "sim/scenario/service_pool.hpp"

namespace tokenfab {

class FaultRuntime : public engine::EventHandler {
 public:
  FaultRuntime(std::unique_ptr<FaultProcess> process, engine::Agenda& agenda,
               std::vector<ServicePool*> pools);

  void start(std::uint32_t nodes, RandomStream random);
  void handle_event(Instant now) override;

  /// All nodes are lost until power_restored(); what breaks or is repaired meanwhile shows then.
  void power_lost(Instant now);
  void power_restored(Instant now);

 private:
  struct Repair {
    Instant date;
    std::uint32_t node;
    bool operator>(const Repair& other) const {
      return date != other.date ? date > other.date : node > other.node;
    }
  };
  void lose(const std::vector<std::uint32_t>& nodes, Instant now);
  void reschedule();

  std::unique_ptr<FaultProcess> process_;
  engine::Agenda& agenda_;
  std::vector<ServicePool*> pools_;
  engine::Agenda::Slot slot_;
  std::optional<NodeLoss> next_;
  std::vector<bool> is_down_;  // by node, power aside
  bool has_power_ = true;
  std::vector<Repair> repairs_;  // min-heap
};

/// The losses of one cluster of a site, by the site's number in name order.
struct SiteFaults {
  std::uint32_t site;
  std::unique_ptr<FaultRuntime> runtime;
};

/// One for every cluster of the scenario, started; `pools_in` tells the pools of a cluster by the
/// numbers of its site and of itself, both in name order.
std::vector<SiteFaults> make_fault_runtimes(
    const ScenarioConfig& config, engine::Agenda& agenda,
    const std::function<std::vector<ServicePool*>(std::uint32_t, std::uint32_t)>& pools_in);

}  // namespace tokenfab
