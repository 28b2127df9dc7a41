// SPDX-License-Identifier: Apache-2.0
// The plant of one site at run time: what its racks draw goes through the power chain, becomes heat
// that the cooling plant takes away, and is fed by grid, sun, wind, battery and generators; its
// control sets the clocks of the chips, and the racks go dark when power or cooling fail.
//
// Time goes in stretches of constant inputs. A stretch ends with a plant interval and wherever
// weather, prices, carbon, faults, sources or the month change. What the racks draw is known at the
// end of a stretch only (the meters tell the mean); so clocks follow with one stretch of delay, and
// so does a blackout by breakers or heat. Batteries are never overdrawn: while they feed the racks,
// the next stretch ends before they can be empty whatever the racks draw.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/energy/site_supply.hpp"
#include "sim/api/cooling.hpp"
#include "sim/api/grid.hpp"
#include "sim/api/power_chain.hpp"
#include "sim/api/power_control.hpp"
#include "sim/api/weather.hpp"
#include "sim/metrics/sinks.hpp"
#include "sim/scenario/event_log.hpp"
#include "sim/scenario/fleet_meter.hpp"
#include "sim/scenario/interval_extremes.hpp"
#include "sim/scenario/it_load.hpp"
#include "sim/scenario/plant_faults.hpp"
#include "sim/scenario/site_meter.hpp"

namespace tokenfab {

/// Told when the racks of a site lose their power, and when its nodes have started again.
class PlantListener {
 public:
  virtual ~PlantListener() = default;
  virtual void racks_went_dark(std::uint32_t site, Instant now) = 0;
  virtual void nodes_are_back(std::uint32_t site, Instant now) = 0;
};

class SitePlant {
 public:
  SitePlant(const std::string& name, std::uint32_t number, const SiteConfig& config,
            const Calendar& calendar, Duration interval, const SiteModels& models,
            const OpenSiteModel& open, std::vector<MeteredPool*> pools, PlantListener& listener,
            EventLog* events = nullptr);
  /// Before the run: with every row of the series so many groups at most of each pool.
  void meter_fleet(const SiteConfig& config, std::uint32_t groups_max, FleetSink& sink);

  /// Solves the time up to `now`. Then control decides, and the racks may lose power.
  void solve(Instant now);
  bool any_busy() const { return it_.any_busy(); }
  /// Whether it must be solved every plant interval even with nothing to do: somebody decides
  /// every time, temperatures (which fans follow) or chain batteries move, or clocks are low.
  bool is_restless() const { return has_decider_ || is_settling_ || it_.mean_clock() < 1; }
  /// When something changes by itself after the date solved.
  Instant next_event() const { return next_event_; }
  /// Whether racks without power will have it again, if nothing else happens.
  bool comes_back() const;

  /// Means since the last row, counts now.
  void write_row(Instant now, SeriesSink& sink);
  /// The run ends at the date solved; the pools are about to stop.
  void finish() { count_tokens(); }

  SiteResult& close();
  /// Dues and energies up to the date solved.
  SiteResult so_far() const;
  const std::vector<ClusterResult>& clusters() const { return it_.clusters(); }

  std::vector<EnergyAsset> assets() const { return supply_.assets(); }

  /// For the workloads that look at them.
  DollarsPerJoule price(Instant at) const { return tariff_->energy_price(at); }
  KilogramsPerJoule carbon(Instant at) const { return carbon_->intensity(at); }

 private:
  enum class Racks { Fed, Dark, Starting };
  /// Of the batteries of the chain and its breakers.
  struct Outlook {
    bool is_on_battery = false;
    std::optional<Duration> until_change;  // on battery: whatever the racks draw
  };

  void look_ahead();
  void solve_stretch(Instant until);
  ChainInputs chain_inputs(Watts racks, Watts cooling) const;
  SupplyInputs supply_inputs(Watts load) const;
  void record(const PlantStretch& stretch);
  void close_month();
  void count_tokens();
  void note_temperatures();
  void decide(Instant now);
  void feed_or_cut(Instant now);
  void cut(Instant now);
  void note(Instant now, EventKind kind, std::string subject = {}, std::string detail = {}) const;
  void note_change(bool& known, bool is_now, EventKind began, EventKind ended, Instant now) const;
  void note_sources(Instant now);
  void note_caps(Instant now);
  void note_throttling(Instant now);
  void note_blackout(Instant now, bool is_too_hot, bool has_tripped) const;
  CoolingInputs cooling_ahead() const;
  Instant soonest(Instant now) const;
  Outlook outlook() const;

  SiteResult result_;
  std::uint32_t number_;
  PlantListener& listener_;
  Calendar calendar_;
  Duration restart_time_;
  ItLoad it_;
  PlantFaults faults_;
  std::shared_ptr<const WeatherModel> weather_model_;
  std::unique_ptr<PowerChain> chain_;
  std::unique_ptr<CoolingModel> cooling_;
  std::shared_ptr<const Tariff> tariff_;
  std::unique_ptr<BillMeter> bill_;
  std::shared_ptr<const CarbonIntensity> carbon_;
  std::unique_ptr<PowerControl> control_;
  SiteSupply supply_;

  Instant solved_;
  Instant holds_until_;  // weather, prices, carbon, faults and the month are constant
  Instant next_event_;
  Weather weather_;
  double units_lost_ = 0;
  bool islands_;  // its battery may feed it alone
  bool can_settle_;
  bool has_decider_;          // of clocks, or of the battery's power
  bool is_settling_ = false;  // temperatures move, or batteries of the chain
  KilogramsPerJoule carbon_now_;
  CoolingInputs cooling_inputs_;  // of the last stretch
  CoolingOutcome cooling_last_;
  Watts load_;  // of the last stretch, through the chain's input
  Racks racks_ = Racks::Fed;
  Instant closes_at_;  // not fed again before
  Instant back_at_;    // nodes that start are ready
  bool had_source_ = true;
  bool has_changed_ = false;  // the racks' state or the source, at the date solved
  int blackouts_in_vain_ = 0;
  HourlyMatching matching_;
  std::vector<double> clocks_;
  EventLog* events_;
  /// What the last rows of events.csv said.
  struct Noted {
    bool is_without_grid = false;
    bool has_genset = false;
    bool is_on_battery = false;
    bool is_throttled = false;
    std::vector<bool> is_capped;  // by cluster
  } noted_;

  SiteMonth month_;
  Instant month_began_;
  Bill month_bill_began_;
  std::uint64_t input_tokens_ = 0;  // counted so far
  IntervalExtremes extremes_;
  Instant row_began_;
  SiteLedger row_;
  std::uint64_t row_output_tokens_ = 0;
  std::optional<FleetMeter> fleet_;
};

}  // namespace tokenfab
