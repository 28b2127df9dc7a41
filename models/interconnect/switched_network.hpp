// SPDX-License-Identifier: Apache-2.0
// Networks of switches in tiers between the ports of the nodes. A tier's oversubscription is the
// bandwidth into its parts from below over that of their links upwards; 1: none. M. Al-Fares, A.
// Loukissas, A. Vahdat, "A scalable, commodity data center network architecture", SIGCOMM 2008.
//   non_blocking:   ports that meet at one point;
//   fat_tree:       all ports of a node at one leaf; leaves under a spine, or in pods under a core;
//   rail_optimized: a network per chip of a node (rail, plane). The leaves of one rail hold the
//                   chips of the same place in all nodes of a group. Chips of other places are
//                   reached through the scale-up fabric of the node (NCCL's PXN; arXiv:2408.14158).
// Parallel switches of a tier share traffic alike, and the rails of a network are one of their
// summed bandwidth: what left out is the chance of hashed routes, and rails that are loaded unlike.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/interconnect/scale_up_network.hpp"

namespace tokenfab {

/// Fields that all of them have.
struct SwitchConfig {
  ScaleUpConfig scale_up;
  Seconds latency = scale_out_message_latency;
  bool in_network_reduction = false;
};

struct NonBlockingConfig : SwitchConfig {
  static void describe(Describe<NonBlockingConfig>& d);
};

struct TieredConfig : SwitchConfig {
  Seconds hop_latency = switch_latency;
  std::optional<double> pod_oversubscription;
};

struct FatTreeConfig : TieredConfig {
  std::int64_t nodes_per_leaf = 0;
  double leaf_oversubscription = 1;
  std::optional<std::int64_t> leaves_per_pod;
  static void describe(Describe<FatTreeConfig>& d);
};

struct RailOptimizedConfig : TieredConfig {
  std::optional<std::int64_t> rails;
  std::int64_t nodes_per_group = 32;
  double group_oversubscription = 1;
  std::optional<std::int64_t> groups_per_pod;
  static void describe(Describe<RailOptimizedConfig>& d);
};

class SwitchedNetwork : public ClusterNetwork {
 public:
  const std::vector<NetworkLevel>& levels() const override { return levels_; }
  const NetworkTopology& topology() const override { return topology_; }

 protected:
  /// Parts of the level below that one of this level joins, and how its own links upwards are
  /// tapered. Absent parts: all there are.
  struct Tier {
    std::string name;
    std::optional<std::int64_t> parts;
    double oversubscription = 1;
  };
  void build(NetworkShape shape, const NetworkInputs& inputs, const SwitchConfig& switches,
             Seconds hop_latency, const std::vector<Tier>& tiers);
  void set_rails(std::int64_t rails) { topology_.rails = rails; }

 private:
  std::vector<NetworkLevel> levels_;
  NetworkTopology topology_;
};

class NonBlockingNetwork : public SwitchedNetwork {
 public:
  explicit NonBlockingNetwork(const NonBlockingConfig& config) : config_(config) {}
  void size_for(const NetworkInputs& inputs) override;

 private:
  NonBlockingConfig config_;
};

class FatTreeNetwork : public SwitchedNetwork {
 public:
  explicit FatTreeNetwork(const FatTreeConfig& config);
  void size_for(const NetworkInputs& inputs) override;

 private:
  FatTreeConfig config_;
};

class RailOptimizedNetwork : public SwitchedNetwork {
 public:
  explicit RailOptimizedNetwork(const RailOptimizedConfig& config);
  void size_for(const NetworkInputs& inputs) override;

 private:
  RailOptimizedConfig config_;
};

}  // namespace tokenfab
