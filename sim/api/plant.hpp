// SPDX-License-Identifier: Apache-2.0
// The interfaces between a site's IT load and the grid: power chain, cooling, tariff, carbon.
// All are given means over one plant interval and answer for that interval.
#pragma once

#include "sim/core/instant.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

/// From the site's meter to the rack PSU input. Cost function.
class PowerChain {
 public:
  virtual ~PowerChain() = default;
  /// Power lost on the way to an IT load metered at the PSU inputs. Post: >= 0.
  virtual Watts conversion_loss(Watts it_power) const = 0;
};

/// What the cooling plant has to deal with.
struct CoolingLoad {
  Watts it_power;
  Watts conversion_loss;
};

struct CoolingOutcome {
  Watts electric_power;  // of chillers, pumps, fans and the site's auxiliaries
  Watts heat_rejected;   // to the environment, its own electric power included
};

class CoolingModel {
 public:
  virtual ~CoolingModel() = default;
  virtual CoolingOutcome cool(const CoolingLoad& load) const = 0;
};

/// What a joule bought from the grid costs.
class Tariff {
 public:
  virtual ~Tariff() = default;
  virtual DollarsPerJoule energy_price(Instant at) const = 0;
};

/// What a joule from the grid emits (location-based, operational).
class CarbonIntensity {
 public:
  virtual ~CarbonIntensity() = default;
  virtual KilogramsPerJoule intensity(Instant at) const = 0;
};

}  // namespace tokenfab
