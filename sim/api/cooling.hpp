// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "sim/api/weather.hpp"
#include "sim/core/instant.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

/// Shares of the plant's units that work; 1: all, 0: none.
struct CoolingHealth {
  double chillers = 1;
  double heat_rejection = 1;  // towers, dry coolers
  double pumps = 1;           // facility loop and CDUs
  double fans = 1;            // of the room's air handlers
};

/// What the plant has to deal with, constant over a stretch of time.
struct CoolingInputs {
  Watts liquid_heat;  // of the servers, into the rack liquid loop
  Watts air_heat;     // of the servers, into the room
  Watts indoor_loss;  // of the power chain, into the room
  Watts it_power;     // liquid_heat + air_heat
  Watts chip_power;   // of one chip, in the cluster where that is highest
  Weather weather;
  CoolingHealth health;
  bool is_powered = true;  // false: chillers, pumps and fans stand still
};

/// Means over the stretch.
struct CoolingOutcome {
  Watts chillers;
  Watts heat_rejection;  // fans and pumps of towers and dry coolers
  Watts pumps;           // facility loop, CDUs
  Watts fans;            // of the room's air handlers
  Watts other;           // not told apart, auxiliaries of the site
  Watts heat_rejected;   // to the environment, the plant's own electric power included
  CubicMetres water;     // over the stretch: evaporation, blowdown and drift

  Watts electric_power() const { return chillers + heat_rejection + pumps + fans + other; }
};

/// Where the heat has got to.
struct ThermalState {
  Celsius coolant;          // that enters the cold plates
  Celsius room;             // air that enters the servers
  Celsius chip;             // the hottest chip's
  double clock_limit = 1;   // chips must not run faster than this share of their clock
  bool is_too_hot = false;  // chips must be switched off
};

/// State machine. First law: heat in + electric power = heat rejected + growth of stored_heat().
/// Law: advancing in two calls with equal inputs equals advancing in one.
class CoolingModel {
 public:
  virtual ~CoolingModel() = default;
  virtual void size_for(Watts it_design) { static_cast<void>(it_design); }  // called once, first
  /// Electric power at its design point, which the chain is built for; after size_for().
  virtual Watts power_design() const { return Watts(0); }
  virtual CoolingOutcome advance(Duration span, const CoolingInputs& inputs) = 0;
  /// nullopt: the model knows no temperatures.
  virtual std::optional<ThermalState> state() const { return std::nullopt; }
  /// Heat above that of the plant at its set points.
  virtual Joules stored_heat() const { return Joules(0); }
  /// Time so far in which some equipment worked outside what its curves were fitted to.
  virtual Duration beyond_curves() const { return Duration(); }
  /// Span until state()'s limit or flag changes if the inputs stay; nullopt: never.
  virtual std::optional<Duration> time_to_change(const CoolingInputs&) const {
    return std::nullopt;
  }
};

}  // namespace tokenfab
