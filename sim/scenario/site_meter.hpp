// SPDX-License-Identifier: Apache-2.0
// The ledger of one site: adds up what the solved stretches used, by month, and closes.
#pragma once

#include <optional>
#include <string>

#include "models/energy/site_supply.hpp"
#include "sim/api/cooling.hpp"
#include "sim/api/grid.hpp"
#include "sim/api/power_chain.hpp"
#include "sim/metrics/result.hpp"

namespace tokenfab {

/// Everything that was solved of one stretch of constant inputs; means over it.
struct PlantStretch {
  Instant from;
  Duration span;
  Watts it;
  CoolingOutcome cooling;
  ChainOutcome chain;
  SupplyOutcome supply;
  Joules heat_stored;        // growth over the stretch
  KilogramsPerJoule carbon;  // of the grid
  std::optional<double> grid_renewable_share;
  Watts contracted;                   // delivered elsewhere for this site ...
  DollarsPerSecond contract_payment;  // ... for so much beyond the market price
  double clock = 1;
  bool is_dark = false;
};

/// Adds the stretch to a ledger.
void add_stretch(SiteLedger& ledger, const PlantStretch& stretch);

/// CHECKs that energy and heat close to 1e-9.
void check_closed(const std::string& site, const SiteLedger& ledger);

/// Emissions that contracts do not match within the hour: per hour of the wall clock, imported
/// energy less what contracts delivered, at the hour's mean intensity (EnergyTag / 24-7 CFE hourly
/// matching: surplus of one hour does not count in another).
class HourlyMatching {
 public:
  void add(const PlantStretch& stretch);
  /// The hour is over: what it emitted.
  Kilograms close_hour();

 private:
  Joules import_;
  Joules contracted_;
  Kilograms carbon_;
};

}  // namespace tokenfab
