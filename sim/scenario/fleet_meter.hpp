// SPDX-License-Identifier: Apache-2.0
// What the groups of a site's pools did in an interval: rows of fleet.csv.
//
// A group's power is its share of its pool's, at the inputs of the nodes' supplies: of what the
// pool's nodes draw idle by its units, of the rest by the energy of its work above idle (nodes of
// jobs: by the chips held).
#pragma once

#include <string>
#include <vector>

#include "sim/metrics/sinks.hpp"
#include "sim/scenario/metered_pool.hpp"

namespace tokenfab {

class FleetMeter {
 public:
  /// At most so many groups of each pool.
  FleetMeter(const std::string& site, const SiteConfig& config,
             const std::vector<MeteredPool*>& pools, std::uint32_t groups_max, FleetSink& sink);

  /// The interval since the last call, or the beginning, ends; the pools' meters have been read up
  /// to `now`. `clock_of`: a cluster's, by its name.
  template <class ClockOf>
  void write(Instant now, ClockOf clock_of) {
    for (auto& pool : pools_) {
      write_pool(pool, now, clock_of(pool.meter->cluster()));
    }
    began_ = now;
  }

 private:
  struct Pool {
    MeteredPool* meter;
    std::string name;
    Watts idle;  // of its nodes
    std::vector<UnitGroup> groups;
    Joules energy;  // up to the last row
  };
  void write_pool(Pool& pool, Instant now, double clock);

  std::string site_;
  FleetSink* sink_;
  std::vector<Pool> pools_;
  Instant began_;
};

/// So many that a run of a known length has no more rows of a pool than a file should hold.
std::uint32_t fleet_groups_max(const ScenarioConfig& config);

}  // namespace tokenfab
