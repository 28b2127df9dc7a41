// SPDX-License-Identifier: Apache-2.0
// The plant of one site: reads its pools' meters and solves power chain, cooling and grid.
//
// It is solved once per plant interval on an absolute grid while chips work, and once for a whole
// stretch of intervals in which none does.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/api/plant.hpp"
#include "sim/engine/engine.hpp"
#include "sim/metrics/result.hpp"
#include "sim/metrics/sinks.hpp"
#include "sim/scenario/metered_pool.hpp"

namespace tokenfab {

class SitePlant {
 public:
  SitePlant(const std::string& name, const SiteConfig& config, std::vector<MeteredPool*> pools);

  /// Meters and solves the interval from the last call to `now`; `is_whole` says that it is made of
  /// whole plant intervals, whose means count for peak and minimum power.
  void solve(Instant now, bool is_whole);
  bool any_busy() const;

  /// Means since the last row, counts now.
  void write_row(Instant now, SeriesSink& sink);

  SiteResult& close();
  const SiteResult& so_far() const { return result_; }
  const std::vector<ClusterResult>& clusters() const { return clusters_; }

 private:
  struct Source {
    MeteredPool* pool;
    std::size_t cluster;
    Watts idle_power;  // of the pool's chips and their share of the hosts, before the PSU
    double psu_efficiency;
  };

  enum class Extremes { None, Cut, Whole };  // which intervals peak and minimum come from
  void meter_extremes(Watts site_power, bool is_whole);

  SiteResult result_;
  std::vector<ClusterResult> clusters_;
  std::vector<Watts> cluster_idle_;  // at the PSU input
  std::vector<Source> sources_;
  std::unique_ptr<PowerChain> power_;
  std::unique_ptr<CoolingModel> cooling_;
  std::unique_ptr<Tariff> tariff_;
  std::unique_ptr<CarbonIntensity> carbon_;
  Instant solved_;
  Extremes extremes_ = Extremes::None;
  Instant row_start_;
  Joules row_it_;
  Joules row_import_;
};

/// Drives all plants: on the agenda while anything is busy, asleep otherwise.
class PlantClock : public engine::EventHandler {
 public:
  PlantClock(engine::Agenda& agenda, Duration interval, std::optional<Duration> series,
             SeriesSink* sink, std::vector<SitePlant*> plants);

  /// Something becomes busy at `now`: catches up with the idle stretch and starts ticking.
  void wake(Instant now);
  void handle_event(Instant now) override;
  /// The run ends at `now`.
  void finish(Instant now);

 private:
  void solve_until(Instant now);
  Instant grid_before(Instant date, Duration spacing) const;

  engine::Agenda& agenda_;
  Duration interval_;
  std::optional<Duration> series_;
  SeriesSink* sink_;
  std::vector<SitePlant*> plants_;
  engine::Agenda::Slot slot_;
  bool is_ticking_ = false;
  Instant solved_;
  Instant row_end_;  // of the last series row
};

}  // namespace tokenfab
