// SPDX-License-Identifier: Apache-2.0
// The nodes of a cluster whose load is given instead of simulated: power between idle and design by
// a profile, and tokens at a rate that a request-level run has measured.
//
// Power above idle follows the utilization and the clock's level; tokens follow utilization x
// clock. Left out: requests, latencies, that tokens fall slower than the clock where memory binds.
#pragma once

#include <memory>
#include <string>

#include "models/chip/clock.hpp"
#include "sim/api/cluster_load.hpp"
#include "sim/scenario/metered_pool.hpp"

namespace tokenfab {

class LoadPool : public MeteredPool {
 public:
  /// `open` hands the load its inputs.
  LoadPool(const std::string& site, std::uint32_t site_number, const std::string& cluster_name,
           const ClusterConfig& cluster, const OpenSiteModel& open);

  std::uint32_t site() const override { return site_; }
  const std::string& cluster() const override { return name_; }
  double harvest_energy_j(Instant now) override;
  std::uint64_t harvest_tokens(Instant now) override;
  TokenCounts tokens_so_far() const override;
  bool any_busy() const override { return !is_over_; }
  std::uint32_t ready_replicas() const override { return 0; }
  double active_chip_seconds(Instant now) const override;
  std::uint64_t waiting() const override { return 0; }
  std::uint64_t running() const override { return 0; }
  void set_clock(double clock, Instant now) override;
  std::optional<Instant> holds_until(Instant now) const override { return load_->holds_until(now); }
  /// All nodes as one.
  std::uint32_t units() const override { return 1; }
  void read_units(Instant now, std::span<UnitGroup> groups) const override;
  void stop_at(Instant now) override;
  PoolResult& close() override;
  PoolResult& result() override { return result_; }

  /// Its nodes have no power from `now` on, or have it again.
  void set_power(bool has_power, Instant now);

 private:
  void advance_to(Instant now);
  void look_up();

  std::string name_;  // of the cluster
  const ClusterConfig& cluster_;
  std::uint32_t site_;
  std::unique_ptr<ClusterLoad> load_;
  std::vector<ClockLevel> levels_;
  Watts dynamic_design_;  // of all nodes, behind their supplies
  PoolResult result_;
  Instant solved_;
  std::optional<Instant> holds_until_;
  double utilization_ = 0;
  double clock_ = 1;
  double power_share_ = 1;  // of the dynamic power at full clock
  bool has_power_ = true;
  bool is_over_ = false;
  double pending_j_ = 0;
  double busy_seconds_ = 0;             // integral of utilization x clock
  std::uint64_t harvested_tokens_ = 0;  // output
};

}  // namespace tokenfab
