// SPDX-License-Identifier: Apache-2.0
// The sources of a site and who feeds its load: sun and wind first, then what the battery's policy
// gives, the grid up to its limit, generators when the grid is away.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/energy/energy_asset.hpp"
#include "models/energy/energy_config.hpp"
#include "models/energy/power_source.hpp"
#include "sim/api/dispatch.hpp"
#include "sim/api/grid.hpp"
#include "sim/api/plugin.hpp"
#include "sim/api/weather.hpp"

namespace tokenfab {

/// Constant over a stretch of time.
struct SupplyInputs {
  Watts load;  // that the sources are to feed: the chain's input
  Weather weather;
};

/// Means over the stretch.
/// import + solar + wind + genset + shortfall = load + exported + stored + battery_loss.
struct SupplyOutcome {
  Watts import;
  Watts exported;
  Watts solar;  // used or exported, not curtailed
  Watts wind;
  Watts genset;
  Watts curtailed;             // of sun and wind
  Watts stored;                // into the battery's cells; negative: out of them
  Watts battery_loss;          // of its inverter and cells
  Watts over_limit;            // part of `import` beyond the grid connection's limit
  Watts shortfall;             // load that no source could feed: only while no source is able to
  Kilograms direct_emissions;  // of generators, over the stretch
  Dollars fuel;                // over the stretch
};

/// State machine. Law: advancing in two calls with equal inputs equals advancing in one, as long as
/// the policy is asked at the same dates (it is asked in decide()).
class SiteSupply {
 public:
  /// Makes its parts from the catalogue and opens those that are site models (solar, wind, outages,
  /// dispatch, contracts) with `open`, which hands each its calendar, seed and own data file; keys
  /// are those within the site, such as "energy/solar". Without `open` they stay as made, for
  /// tests. `place` is what the weather knows of it. std::invalid_argument: contradictory ratings,
  /// or a solar plant without a place.
  SiteSupply(const EnergyConfig& config, const PluginTable& table, const OpenSiteModel& open = {},
             const std::optional<SitePlace>& place = {});
  ~SiteSupply();
  SiteSupply(SiteSupply&&) noexcept;

  /// The battery's policy is asked for the time from `now` on.
  void decide(Instant now, const SupplyInputs& inputs, const Tariff& tariff);
  SupplyOutcome advance(Instant from, Duration span, const SupplyInputs& inputs);

  /// Whether the site has any source now: grid, running generators, a battery that may island.
  bool has_source(Instant now, const SupplyInputs& inputs) const;
  bool has_grid(Instant now) const;
  /// Whether generators carry load, or could at once.
  bool genset_runs(Instant now, const SupplyInputs& inputs) const;
  /// What all sources together can give from `now` on; nullopt: no limit.
  std::optional<Watts> available_power(Instant now, const SupplyInputs& inputs) const;
  /// When the above or the outcome change by themselves after `now`: outage, generator ready, state
  /// of charge at a limit, next step of wind or load profiles; nullopt: never.
  std::optional<Instant> next_event(Instant now, const SupplyInputs& inputs) const;

  Joules stored() const;          // in the battery
  double charge_share() const;    // of its capacity; 0 without a battery
  double battery_health() const;  // remaining share of its capacity; 1 without a battery
  double battery_cycles() const;  // full equivalent cycles so far
  std::uint64_t generator_starts() const;
  Duration outage_time() const;  // so far

  /// What the contracts' plants make, and what is paid for it.
  Watts contracted(Instant at, const Weather& weather) const;
  DollarsPerSecond contract_payment(Instant at, const Weather& weather) const;
  /// Until when these hold under the same weather; nullopt: for good.
  std::optional<Instant> contracted_until(Instant at) const;

  /// What the site owns: solar, wind, battery, genset; not the contracts' plants.
  std::vector<EnergyAsset> assets() const;

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace tokenfab
