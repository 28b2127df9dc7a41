// SPDX-License-Identifier: Apache-2.0
// Jobs of a scenario: stages of the assembly line, from raw data to weights in service.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "models/training/checkpoint.hpp"
#include "models/training/training_config.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

/// A job that has to end before this one begins, and what it leaves for it.
struct JobInputConfig {
  Bytes volume;  // to be brought to this job's site, where that is another one
  static void describe(Describe<JobInputConfig>& d);
};

/// So long on so many chips.
struct FixedJobConfig {
  std::int64_t chips = 1;
  Seconds duration;
  double activity = 0.76;
  bool resumes = false;
  static void describe(Describe<FixedJobConfig>& d);
};

/// Curation: reads its volume from the site's storage, works through it on the nodes' hosts, and
/// writes what is left.
struct DataJobConfig {
  std::int64_t nodes = 1;
  Bytes volume;
  BytesPerSecond rate_per_node;
  double kept_share = 1;
  static void describe(Describe<DataJobConfig>& d);
};

/// Answers that a training job needs in between: a workload that a service plays.
struct RolloutConfig {
  std::string workload;
  std::int64_t steps_per_rollout = 1;
  static void describe(Describe<RolloutConfig>& d);
};

struct TrainingJobConfig {
  std::string model;
  TrainingConfig layout;
  std::optional<std::int64_t> chips;
  std::optional<double> tokens;
  std::optional<std::int64_t> steps;
  CheckpointConfig checkpoint;
  std::int64_t spare_nodes = 0;
  bool elastic = false;
  bool preemption_saves = true;
  std::optional<RolloutConfig> rollout;

  /// From whichever of steps and tokens is given.
  std::int64_t step_count() const;
  static void describe(Describe<TrainingJobConfig>& d);
};

/// Requests that a service plays once it is the stage's turn: synthetic data, or an evaluation.
struct RequestsJobConfig {
  std::string workload;
  static void describe(Describe<RequestsJobConfig>& d);
};

/// The new weights go to the replicas of a service, some of them at a time.
struct DeploymentJobConfig {
  std::string service;
  std::int64_t max_unavailable = 1;
  std::optional<Seconds> lifetime;
  static void describe(Describe<DeploymentJobConfig>& d);
};

struct JobConfig {
  std::optional<std::string> cluster;  // "site/cluster"
  Seconds submit;
  std::map<std::string, JobInputConfig> after;
  double priority = 0;
  std::string user;
  std::optional<Seconds> estimate;
  bool preemptible = false;
  std::optional<FixedJobConfig> fixed;
  std::optional<DataJobConfig> data;
  std::optional<TrainingJobConfig> training;
  std::optional<RequestsJobConfig> requests;
  std::optional<DeploymentJobConfig> deployment;

  bool needs_cluster() const { return fixed || data || training; }
  int kinds() const {
    return int{fixed.has_value()} + int{data.has_value()} + int{training.has_value()} +
           int{requests.has_value()} + int{deployment.has_value()};
  }
  static void describe(Describe<JobConfig>& d);
};

}  // namespace tokenfab
