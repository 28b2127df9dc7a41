// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/api/site_data.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

/// A clock that chips can run at and the power above idle that the same kernels then draw, both as
/// shares of those at full clock.
struct ClockLevel {
  double clock = 1;
  double dynamic_power = 1;
};

struct ControlledCluster {
  Watts it_power;                      // mean since the last decision, at the rack PSU inputs
  Watts idle_power;                    // of the same nodes with nothing to do
  double clock = 1;                    // in force since the last decision
  std::span<const ClockLevel> levels;  // ascending, the last at 1; never empty
  std::optional<Watts> cap;            // of all racks of the cluster together
  std::string_view name;               // as the site's configuration calls it
};

/// What an operator's control system sees: the past interval, present prices, no future load.
struct ControlView {
  Instant now;
  Watts site_power;                      // mean since the last decision, through the meter's bus
  std::optional<Watts> available_power;  // that all sources can give together; nullopt: plenty
  DollarsPerJoule price;
  KilogramsPerJoule carbon;
  std::span<const ControlledCluster> clusters;
};

/// Decides the clocks of a site's chips for the time until it is asked again (every plant interval,
/// and whenever prices change). Decider with memory of its own.
class PowerControl : public SiteModel {
 public:
  /// `clocks`: one per cluster, 1 on entry. The caller rounds them down to levels.
  virtual void decide(const ControlView& view, std::span<double> clocks) = 0;
  /// When its decision changes by itself after `now` (a demand-response event); nullopt: never.
  virtual std::optional<Instant> next_change(Instant) const { return std::nullopt; }
  /// Clusters that its configuration names; checked against the site's.
  virtual std::vector<std::string> named_clusters() const { return {}; }
  /// Decisions so far after which a cap was predicted to be exceeded, all clocks at their lowest.
  virtual std::uint64_t unreachable_caps() const { return 0; }
};

}  // namespace tokenfab
