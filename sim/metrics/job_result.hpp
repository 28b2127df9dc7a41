// SPDX-License-Identifier: Apache-2.0
// What jobs did, as raw numbers: filled by the simulation, read by job_metrics.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/instant.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

/// Chips x time, in seconds.
struct ChipTimeLedger {
  double useful = 0;         // work that counts
  double lost = 0;           // work done again
  double checkpointing = 0;  // standing still for checkpoints
  double restarting = 0;     // start, load, re-sharding
  double waiting = 0;        // held by a job that waits for something
  double spare = 0;          // held by a job in reserve
  double idle = 0;           // in service, held by nobody
  double repairing = 0;      // out of service
  double serving = 0;        // set aside for services and not lent
  double total = 0;
  void add(const ChipTimeLedger& other);
  double held() const { return useful + lost + checkpointing + restarting + waiting + spare; }
};

/// What a training job made, and how.
struct TrainingResult {
  std::int64_t steps = 0;
  double tokens = 0;
  double step_time_s = 0;  // with all its chips at full clock
  double mfu = 0;          // of that step
  double useful_s = 0;     // time of the steps that count
  double elapsed_s = 0;    // from the first start to the end
  std::uint64_t interruptions = 0;
  std::uint64_t checkpoints = 0;
  double checkpoint_bytes = 0;
  std::map<std::string, double> time_share;  // of a step, by what it does
};

/// All jobs of one source: a declared job, or a workload of jobs.
struct JobSourceResult {
  std::string site;
  std::string cluster;
  bool is_declared = false;
  std::uint64_t submitted = 0;
  std::uint64_t completed = 0;
  std::uint64_t rejected = 0;                    // larger than the cluster
  std::uint64_t waiting = 0;                     // when the run stopped
  std::uint64_t running = 0;                     // when the run stopped
  std::map<std::string, std::uint64_t> dropped;  // rows of the trace, by reason
  double wait_sum_s = 0;                         // of the completed
  double wait_max_s = 0;
  double bounded_slowdown_sum = 0;
  double completion_sum_s = 0;  // from submission to end
  double last_end_s = 0;
  std::uint64_t interruptions = 0;
  std::uint64_t preemptions = 0;
  ChipTimeLedger chip_time;     // held by its jobs
  double energy_dynamic_j = 0;  // above idle, behind the power supplies
  std::optional<TrainingResult> training;
};

/// When a declared job had its turn.
struct StageResult {
  std::optional<Instant> began;
  std::optional<Instant> ended;
};

/// Weights put into service: what they cost is spread over the tokens of their lifetime.
struct DeploymentResult {
  std::string service;
  std::optional<Seconds> lifetime;
  std::vector<std::string> jobs;  // that had to end before, all of them
};

/// The jobs of one cluster.
struct ClusterJobsResult {
  ChipTimeLedger chip_time;
  double fragmentation_seconds = 0;  // integral of the share of free chips in part-used nodes
  std::uint64_t moves = 0;           // of jobs that made room for others
  double queue_seconds = 0;          // integral of the number of waiting jobs
  std::map<std::string, JobSourceResult> sources;
};

}  // namespace tokenfab
