// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/training_plan.hpp"

#include <algorithm>
#include <set>

#include "models/catalog.hpp"
#include "models/chip/clock.hpp"
#include "models/interconnect/network_collectives.hpp"

namespace tokenfab {
namespace {

std::int64_t ceil_of(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// The layout with fewer data-parallel replicas. Each has as many micro-batches as it takes for the
/// whole batch; the last ones of a batch that does not divide are charged in full.
TrainingConfig with_replicas(TrainingConfig layout, std::int64_t replicas) {
  const auto sequences = layout.micro_batch_size * replicas;
  layout.global_batch_size = ceil_of(layout.global_batch_size, sequences) * sequences;
  layout.data_parallel_size = replicas;
  return layout;
}

}  // namespace

std::unique_ptr<ClusterNetwork> make_network(const ClusterConfig& cluster) {
  auto network = plugin_table().make<ClusterNetwork>("network", cluster.network);
  const auto& chip = cluster.node.chip;
  network->size_for({cluster.nodes, cluster.node.chips_per_node, chip.scale_up_bandwidth,
                     chip.scale_up_domain, chip.scale_out_bandwidth,
                     chip.collectives.in_network_efficiency > 0});
  return network;
}

TrainingPlan::TrainingPlan(const ScenarioConfig& config, const std::string& job)
    : config_(&*config.jobs.at(job).training) {
  const auto& place = *config.jobs.at(job).cluster;
  const auto slash = place.find('/');
  site_ = place.substr(0, slash);
  cluster_name_ = place.substr(slash + 1);
  cluster_ = &config.sites.at(site_).clusters.at(cluster_name_);
  model_ = &config.models.at(config_->model);
  network_ = make_network(*cluster_);
  parameters_ = parameter_count(*model_).total() + model_->mtp_parameters;
  checkpoint_ = checkpoint_size(config_->checkpoint, parameters_);
}

std::int64_t TrainingPlan::nodes() const {
  return ceil_of(config_->layout.chips(), cluster_->node.chips_per_node);
}

std::int64_t TrainingPlan::chips_of(std::int64_t replicas) const {
  const auto& layout = config_->layout;
  return layout.chips() / layout.data_parallel_size * replicas;
}

std::int64_t TrainingPlan::replicas_on(std::int64_t nodes) const {
  const auto& layout = config_->layout;
  const auto fit = nodes * cluster_->node.chips_per_node / chips_of(1);
  auto replicas = std::min(fit, layout.data_parallel_size);
  while (replicas > 0 && !contradictions(with_replicas(layout, replicas), *model_).empty()) {
    --replicas;
  }
  return replicas;
}

std::int64_t TrainingPlan::nodes_per_replica() const {
  return ceil_of(chips_of(1), cluster_->node.chips_per_node);
}

std::int64_t TrainingPlan::nodes_least() const {
  auto least = config_->elastic ? nodes_per_replica() : nodes();
  while (least < nodes() && replicas_on(least) == 0) {
    ++least;
  }
  return least;
}

/// The network as a job sees it whose chips stand on these nodes: where it has only some nodes of a
/// leaf, fewer of its neighbours are near. Nodes side by side (none given) have whole leaves.
std::vector<NetworkLevel> TrainingPlan::levels_on(std::span<const NodeChips> chips) const {
  auto levels = network_->levels();
  const auto per_node = cluster_->node.chips_per_node;
  const auto held = static_cast<std::int64_t>(chips.size()) * per_node;
  for (auto& level : levels) {
    if (level.chips <= per_node || held == 0) {
      continue;
    }
    const auto nodes_per_part = level.chips / per_node;
    std::set<std::int64_t> parts;
    for (const auto& part : chips) {
      parts.insert(part.node / nodes_per_part);
    }
    const auto used = static_cast<std::int64_t>(parts.size());
    if (used > ceil_of(held, level.chips)) {
      level.chips = std::max(per_node, held / used / per_node * per_node);
    }
  }
  return levels;
}

const TrainingStep& TrainingPlan::step(std::int64_t replicas, std::span<const NodeChips> chips,
                                       double clock) {
  const auto levels = levels_on(chips);
  std::vector<std::int64_t> parts;
  for (const auto& level : levels) {
    parts.push_back(level.chips);
  }
  const auto [found, is_new] = steps_.try_emplace({replicas, clock, std::move(parts)});
  if (is_new) {
    const NetworkCollectives collectives(levels, at_clock(cluster_->node.chip, clock).collectives);
    found->second = step(replicas, clock, collectives);
  }
  return found->second;
}

TrainingStep TrainingPlan::step(std::int64_t replicas, double clock,
                                const CollectiveTimes& times) const {
  const auto layout = with_replicas(config_->layout, replicas);
  const auto chip = at_clock(cluster_->node.chip, clock);
  return TrainingStepModel(*model_, chip, layout, times).step();
}

}  // namespace tokenfab
