// SPDX-License-Identifier: Apache-2.0
// The workloads of requests of a run: those that start with it, and those that wait for a stage of
// the assembly line or a rollout, and may be played again.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/loader.hpp"
#include "sim/scenario/sites_runtime.hpp"
#include "sim/scenario/workload_runtime.hpp"

namespace tokenfab {

class WorkloadSet {
 public:
  WorkloadSet(const Scenario& scenario, Floor& floor,
              const std::vector<std::unique_ptr<ServiceRuntime>>& services,
              const SitesRuntime& sites);

  void start();
  /// Plays a held workload from `now` on: the first time as it is, then every time with other
  /// random draws.
  void play(const std::string& name, Instant now, std::function<void(Instant)> when_over);
  void request_left(WorkloadId workload, const Departure& departure) {
    workloads_[workload.index]->request_left(departure);
  }
  void stop_at(Instant now);

  bool is_dry() const;
  /// Absent: not known beforehand.
  const std::optional<std::uint64_t>& expected_requests() const { return expected_requests_; }
  /// Fills the result's applications.
  void close(RunResult& result);

 private:
  struct Held {
    std::size_t workload;
    std::uint64_t plays = 0;
    std::vector<std::function<void(Instant)>> queue;  // the one that plays first
    bool is_playing = false;
  };
  std::unique_ptr<Workload> make_source(const std::string& name, std::uint64_t play,
                                        Duration from) const;
  void add(const std::string& name, const WorkloadConfig& workload);
  void expect(const std::string& name, const Workload& source);
  void play_next(const std::string& name, Instant now);
  void play_over(const std::string& name, Instant now);

  const Scenario& scenario_;
  const ScenarioConfig& config_;
  Floor& floor_;
  const std::vector<std::unique_ptr<ServiceRuntime>>& services_;
  const SitesRuntime& sites_;
  std::vector<std::unique_ptr<WorkloadRuntime>> workloads_;
  std::map<std::string, Held> held_;
  std::optional<std::uint64_t> expected_requests_{0};
};

/// Local, at date 0.
Duration time_of_day(const ScenarioConfig& config);

}  // namespace tokenfab
