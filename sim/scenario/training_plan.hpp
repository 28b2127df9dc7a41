// SPDX-License-Identifier: Apache-2.0
// A training job with everything that follows from its configuration: the network its chips talk
// over, what fits in their memory, how long a step takes, how much a checkpoint holds.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "models/training/training_memory.hpp"
#include "models/training/training_step.hpp"
#include "sim/api/job_scheduler.hpp"
#include "sim/api/network.hpp"
#include "sim/scenario/config.hpp"

namespace tokenfab {

/// The cluster's network, sized for its nodes. Throws std::invalid_argument where they do not fit.
std::unique_ptr<ClusterNetwork> make_network(const ClusterConfig& cluster);

class TrainingPlan {
 public:
  TrainingPlan(const ScenarioConfig& config, const std::string& job);

  const TrainingJobConfig& config() const { return *config_; }
  const ClusterConfig& cluster() const { return *cluster_; }
  const TransformerConfig& model() const { return *model_; }
  const std::string& site() const { return site_; }
  const std::string& cluster_name() const { return cluster_name_; }

  std::int64_t nodes() const;              // that work
  std::int64_t nodes_per_replica() const;  // of one data-parallel replica, rounded up
  std::int64_t nodes_least() const;        // elastic: on which it still runs
  std::int64_t nodes_held() const { return nodes() + config_->spare_nodes; }
  /// Data-parallel replicas that so many nodes can hold, all of the layout's at most.
  std::int64_t replicas_on(std::int64_t nodes) const;
  std::int64_t chips_of(std::int64_t replicas) const;

  /// One step with so many data-parallel replicas on these chips at that clock; remembered.
  const TrainingStep& step(std::int64_t replicas, std::span<const NodeChips> chips, double clock);
  /// One step with collectives that somebody else knows.
  TrainingStep step(std::int64_t replicas, double clock, const CollectiveTimes& times) const;
  /// With all replicas on nodes side by side at full clock.
  const TrainingStep& nominal_step() { return step(config_->layout.data_parallel_size, {}, 1); }

  /// Of one chip. Where it does not fit: why, and the least change with which it does.
  TrainingMemory memory() const { return training_memory(*model_, config_->layout); }
  std::optional<std::string> memory_obstacle() const {
    return tokenfab::memory_obstacle(*model_, cluster_->node.chip, config_->layout);
  }
  Bytes checkpoint() const { return checkpoint_; }
  double parameters() const { return parameters_; }

 private:
  std::vector<NetworkLevel> levels_on(std::span<const NodeChips> chips) const;

  std::string site_;
  std::string cluster_name_;
  const TrainingJobConfig* config_;
  const ClusterConfig* cluster_;
  const TransformerConfig* model_;
  std::shared_ptr<ClusterNetwork> network_;
  double parameters_;
  Bytes checkpoint_;
  // By replicas, clock, and the chips that the job has in a part of every level.
  std::map<std::tuple<std::int64_t, double, std::vector<std::int64_t>>, TrainingStep> steps_;
};

}  // namespace tokenfab
