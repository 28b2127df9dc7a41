// SPDX-License-Identifier: Apache-2.0
#include "models/interconnect/switched_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tokenfab {
namespace {

constexpr double least_oversubscription = 0.1;
constexpr double most_oversubscription = 1000;
constexpr double most_parts = 1e6;

template <class T>
void describe_switches(Describe<T>& d) {
  constexpr ScaleUpConfig T::*scale_up = &T::scale_up;
  constexpr Seconds T::*latency = &T::latency;
  constexpr bool T::*reduction = &T::in_network_reduction;
  d.object("scale_up", scale_up, "The fabric inside nodes and supernodes");
  d.field("latency", latency, "Latency of a message over one switch")
      .range(0, 1e-2)
      .source("InfiniBand over one leaf, arXiv:2505.09343, table 5");
  d.field("in_network_reduction", reduction,
          "Whether the switches add up what chips reduce (SHARP)");
}

template <class T>
void describe_tiers(Describe<T>& d) {
  constexpr Seconds T::*hop_latency = &T::hop_latency;
  constexpr std::optional<double> T::*oversubscription = &T::pod_oversubscription;
  describe_switches(d);
  d.field("hop_latency", hop_latency, "What every further switch adds to a message's latency")
      .range(0, 1e-3)
      .source("InfiniBand over three switches against one, arXiv:2505.09343, table 5");
  d.field("pod_oversubscription", oversubscription,
          "Bandwidth of a pod's leaves over that of its links to the core; absent: 1")
      .range(least_oversubscription, most_oversubscription);
}

void require_pods(bool has_pods, const std::optional<double>& oversubscription,
                  const char* pod_field) {
  if (!has_pods && oversubscription) {
    throw std::invalid_argument(
        fmt::format("pod_oversubscription {} without pods: set {}, or drop pod_oversubscription",
                    *oversubscription, pod_field));
  }
}

/// The divisor of `chips` nearest to `rails`, the smaller one of two.
std::int64_t nearest_divisor(std::int64_t chips, std::int64_t rails) {
  std::int64_t best = 1;
  for (std::int64_t i = 1; i <= chips; ++i) {
    if (chips % i == 0 && std::abs(i - rails) < std::abs(best - rails)) {
      best = i;
    }
  }
  return best;
}

}  // namespace

void NonBlockingConfig::describe(Describe<NonBlockingConfig>& d) { describe_switches(d); }

void FatTreeConfig::describe(Describe<FatTreeConfig>& d) {
  using C = FatTreeConfig;
  describe_tiers(d);
  d.field("nodes_per_leaf", &C::nodes_per_leaf, "Nodes whose ports are at one leaf")
      .range(1, most_parts)
      .required();
  d.field("leaf_oversubscription", &C::leaf_oversubscription,
          "Bandwidth of a leaf's nodes over that of its links upwards")
      .range(least_oversubscription, most_oversubscription);
  d.field(
       "leaves_per_pod", &C::leaves_per_pod,
       "Leaves that a spine joins to a pod, pods being joined by a core; absent: the spine joins "
       "all leaves")
      .range(1, most_parts);
}

void RailOptimizedConfig::describe(Describe<RailOptimizedConfig>& d) {
  using C = RailOptimizedConfig;
  describe_tiers(d);
  d.field("rails", &C::rails, "Parallel networks; absent: one per chip of a node")
      .range(1, most_parts);
  d.field("nodes_per_group", &C::nodes_per_group, "Nodes with a port at the same leaf of each rail")
      .range(1, most_parts)
      .source("NVIDIA DGX SuperPOD H100 reference architecture: 32 nodes a scalable unit");
  d.field("group_oversubscription", &C::group_oversubscription,
          "Bandwidth of a group's nodes over that of its leaves upwards")
      .range(least_oversubscription, most_oversubscription);
  d.field(
       "groups_per_pod", &C::groups_per_pod,
       "Groups that a spine joins to a pod, pods being joined by a core; absent: the spine joins "
       "all groups")
      .range(1, most_parts);
}

void SwitchedNetwork::build(NetworkShape shape, const NetworkInputs& inputs,
                            const SwitchConfig& switches, Seconds hop_latency,
                            const std::vector<Tier>& tiers) {
  topology_.shape = shape;
  topology_.node_bandwidth =
      inputs.scale_out_bandwidth * static_cast<double>(inputs.chips_per_node);
  add_scale_up(switches.scale_up, inputs, levels_, topology_);
  auto uplink = topology_.node_bandwidth;       // of a part of the level below
  auto bandwidth = inputs.scale_out_bandwidth;  // of a chip through all levels so far
  std::int64_t nodes = 1;                       // in a part of the level below
  for (std::size_t i = 0; i < tiers.size(); ++i) {
    const auto& tier = tiers[i];
    const auto parts = tier.parts.value_or((inputs.nodes + nodes - 1) / nodes);
    topology_.tiers.push_back({parts, uplink});
    bandwidth = std::min(bandwidth, uplink / static_cast<double>(nodes * inputs.chips_per_node));
    nodes *= parts;
    add_level({tier.name, nodes * inputs.chips_per_node, bandwidth,
               switches.latency + 2 * static_cast<double>(i) * hop_latency,
               switches.in_network_reduction},
              inputs, levels_);
    uplink = uplink * static_cast<double>(parts) / tier.oversubscription;
  }
}

void NonBlockingNetwork::size_for(const NetworkInputs& inputs) {
  build(NetworkShape::Star, inputs, config_, Seconds(0), {{"scale-out", std::nullopt}});
}

FatTreeNetwork::FatTreeNetwork(const FatTreeConfig& config) : config_(config) {
  require_pods(config.leaves_per_pod.has_value(), config.pod_oversubscription, "leaves_per_pod");
}

void FatTreeNetwork::size_for(const NetworkInputs& inputs) {
  std::vector<Tier> tiers{
      {"leaf", config_.nodes_per_leaf, config_.leaf_oversubscription},
      {"spine", config_.leaves_per_pod, config_.pod_oversubscription.value_or(1)}};
  if (config_.leaves_per_pod) {
    tiers.push_back({"core", std::nullopt});
  }
  build(NetworkShape::FatTree, inputs, config_, config_.hop_latency, tiers);
}

RailOptimizedNetwork::RailOptimizedNetwork(const RailOptimizedConfig& config) : config_(config) {
  require_pods(config.groups_per_pod.has_value(), config.pod_oversubscription, "groups_per_pod");
}

void RailOptimizedNetwork::size_for(const NetworkInputs& inputs) {
  const auto rails = config_.rails.value_or(inputs.chips_per_node);
  if (inputs.chips_per_node % rails != 0) {
    throw std::invalid_argument(fmt::format(
        "{} chips of a node do not divide into {} rails: set rails to {}, or leave it out",
        inputs.chips_per_node, rails, nearest_divisor(inputs.chips_per_node, rails)));
  }
  std::vector<Tier> tiers{
      {"rail group", config_.nodes_per_group, config_.group_oversubscription},
      {"spine", config_.groups_per_pod, config_.pod_oversubscription.value_or(1)}};
  if (config_.groups_per_pod) {
    tiers.push_back({"core", std::nullopt});
  }
  build(NetworkShape::RailOptimized, inputs, config_, config_.hop_latency, tiers);
  set_rails(rails);
}

}  // namespace tokenfab
