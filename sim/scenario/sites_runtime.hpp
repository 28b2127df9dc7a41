// SPDX-License-Identifier: Apache-2.0
// All sites of a run: their plants, the losses of their nodes, the loads that are given, and the
// clock that solves the plants.
#pragma once

#include <memory>
#include <vector>

#include "models/economics/cost.hpp"
#include "sim/scenario/cluster_jobs.hpp"
#include "sim/scenario/fault_runtime.hpp"
#include "sim/scenario/load_pool.hpp"
#include "sim/scenario/plant_clock.hpp"
#include "sim/scenario/service_pool.hpp"

namespace tokenfab {

class SitesRuntime : public PlantListener {
 public:
  /// `pools`: those of the services. `series`, `fleet`, `events`: may be null.
  SitesRuntime(const Scenario& scenario, engine::Engine& engine,
               const std::vector<ServicePool*>& pools,
               const std::vector<std::unique_ptr<ClusterJobs>>& jobs, SeriesSink* series,
               FleetSink* fleet, EventLog* events);

  void racks_went_dark(std::uint32_t site, Instant now) override;
  void nodes_are_back(std::uint32_t site, Instant now) override;

  /// Something works from `now` on.
  void wake(Instant now) { clock_->wake(now); }
  /// The run ends: solves the plants up to `now`, before the pools stop.
  void finish(Instant now) { clock_->finish(now); }
  void stop_loads(Instant now);

  const SitePlant& plant(std::uint32_t site) const { return *plants_[site]; }
  /// Of the services, of the given loads and of jobs.
  const std::vector<MeteredPool*>& pools() const { return pools_; }
  std::vector<SiteBill> bills(Duration duration) const;
  /// Used on all sites until their plants were last solved.
  Joules energy_so_far() const;
  /// Hands over sites, clusters, and what the given loads made.
  void close(RunResult& result);

 private:
  const Scenario& scenario_;
  const ScenarioConfig& config_;
  std::vector<std::unique_ptr<LoadPool>> loads_;
  std::vector<MeteredPool*> pools_;
  std::vector<std::unique_ptr<SitePlant>> plants_;
  std::unique_ptr<PlantClock> clock_;
  std::vector<SiteFaults> faults_;
};

}  // namespace tokenfab
