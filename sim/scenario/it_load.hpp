// SPDX-License-Identifier: Apache-2.0
// The racks of one site: what their nodes draw at the PSU inputs, read from the meters of the pools
// that run on them, and the clocks they run at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/api/power_control.hpp"
#include "sim/metrics/result.hpp"
#include "sim/scenario/metered_pool.hpp"

namespace tokenfab {

class ItLoad {
 public:
  ItLoad(const std::string& site, const SiteConfig& config, std::vector<MeteredPool*> pools);

  /// Of one stretch: means at the PSU inputs.
  struct Reading {
    Watts power;
    Watts liquid_heat;  // part of it that goes into the rack liquid loop
    Watts chip_power;   // of one chip of the pool whose chips draw most
  };
  /// Reads every meter up to `until`; `span` is the time since the last reading. Without power the
  /// nodes draw nothing; `inlet` is what their fans follow, if it is known.
  Reading read(Instant until, Seconds span, bool has_power, std::optional<Celsius> inlet);

  /// All chips at their limit.
  Watts power_design() const { return power_design_; }
  bool any_busy() const;

  /// For the control: powers of the last reading.
  const std::vector<ControlledCluster>& controlled() const { return controlled_; }
  /// Takes the clocks in force from `now` on, rounded down to the levels of the chips.
  void set_clocks(const std::vector<double>& clocks, Instant now);
  /// Mean of all chips.
  double mean_clock() const;

  /// In force in a cluster.
  double clock_of(std::string_view cluster) const;

  double chips() const { return chips_; }
  const std::vector<MeteredPool*>& pools() const { return pools_; }
  const std::vector<ClusterResult>& clusters() const { return clusters_; }

 private:
  struct Source {
    MeteredPool* pool;
    double nodes;  // that its chips make up
  };
  struct Cluster {
    const NodeConfig* node;
    std::optional<PowerSupply> supply;
    double spare_nodes;  // that no pool has chips on
    std::vector<Source> sources;
    std::vector<ClockLevel> levels;
    bool is_shared = false;  // one pool's work may run on another one's nodes
  };
  /// What a cluster's nodes draw behind their supplies besides their dynamic power.
  struct Idle {
    bool has_power;
    std::optional<Celsius> inlet;
    Watts of_node(const NodeConfig& node, double load) const;
  };
  void read_sources(Cluster& part, Instant until, Seconds span, const Idle& idle, Reading& reading,
                    Watts& power);
  void read_shared(Cluster& part, Instant until, Seconds span, const Idle& idle, Reading& reading,
                   Watts& power);
  static void note_chip_power(const NodeConfig& node, double load, bool has_power,
                              Reading& reading);
  static Watts input_power(const Cluster& part, Watts output, double nodes);
  static double load_of(const Cluster& part, const Source& source, Watts dynamic);

  std::vector<MeteredPool*> pools_;
  std::vector<Cluster> parts_;
  std::vector<ClusterResult> clusters_;
  std::vector<ControlledCluster> controlled_;
  Watts power_design_;
  double chips_ = 0;
};

}  // namespace tokenfab
