// SPDX-License-Identifier: Apache-2.0
// Backup generators of a site, as one: they start when they are needed, carry load once they are
// up, and burn fuel on a straight curve, F = F0 x rated + F1 x output (HOMER Pro, "Generator fuel
// curve"). Below the least load a load bank takes the rest: the fuel of the least load is burned.
// The tank is full again once they are no longer needed.
// Left out: failures to start, several units started in turn, warm-up, ramps, maintenance by hours.
#pragma once

#include <cstdint>
#include <optional>

#include "models/energy/energy_asset.hpp"
#include "sim/core/instant.hpp"

namespace tokenfab {

using CubicMetresPerJoule = Quantity<dimensions::volume - dimensions::energy>;
using DollarsPerCubicMetre = Quantity<dimensions::money - dimensions::volume>;
using KilogramsPerCubicMetre = Quantity<dimensions::mass - dimensions::volume>;

struct GensetConfig {
  Watts capacity;
  Seconds start_time{10};
  double min_load = 0.3;
  CubicMetresPerJoule fuel_no_load{0.033e-3 / 3.6e6};
  CubicMetresPerJoule fuel_slope{0.273e-3 / 3.6e6};
  DollarsPerCubicMetre fuel_price{990};
  KilogramsPerCubicMetre emissions{2697};
  std::optional<Seconds> tank;
  DollarsPerWatt price{0.65};
  Seconds life{25 * asset_year};
  DollarsPerWattSecond maintenance = dollars_per_kw_year(20);
  static void describe(Describe<GensetConfig>& d);
};

/// State machine. Law: advancing in two calls equals advancing in one.
class Genset {
 public:
  explicit Genset(const GensetConfig& config);

  /// Whether it is needed from `now` on: starts, becomes ready, or stops.
  void settle(Instant now, bool is_needed);
  bool is_running() const { return state_ == State::Running; }
  Watts capacity() const { return is_running() ? config_.capacity : Watts(0); }
  std::uint64_t starts() const { return starts_; }

  /// When it will be ready or out of fuel at this output; nullopt: not by itself.
  std::optional<Instant> next_event(Instant now, Watts output) const;
  /// Fuel burned over the span; not beyond next_event().
  CubicMetres advance(Duration span, Watts output);

  Dollars price_of(CubicMetres fuel) const { return fuel * config_.fuel_price; }
  Kilograms emissions_of(CubicMetres fuel) const { return fuel * config_.emissions; }
  EnergyAsset asset() const;

 private:
  enum class State { Off, Starting, Running, OutOfFuel };
  using CubicMetresPerSecond = Quantity<dimensions::volume - dimensions::time>;
  CubicMetresPerSecond burn(Watts output) const;

  GensetConfig config_;
  State state_ = State::Off;
  Instant ready_;
  std::optional<CubicMetres> tank_;
  CubicMetres fuel_;  // in the tank
  std::uint64_t starts_ = 0;
};

}  // namespace tokenfab
