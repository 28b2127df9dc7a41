// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/site_meter.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/check.hpp"

namespace tokenfab {

void add_stretch(SiteLedger& ledger, const PlantStretch& stretch) {
  const Seconds span(stretch.span.seconds());
  const auto& supply = stretch.supply;
  const auto& cooling = stretch.cooling;
  ledger.import += supply.import * span;
  ledger.solar += supply.solar * span;
  ledger.wind += supply.wind * span;
  ledger.genset += supply.genset * span;
  ledger.shortfall += supply.shortfall * span;
  ledger.it += stretch.it * span;
  ledger.conversion_indoor += stretch.chain.indoor_loss * span;
  ledger.conversion_outdoor += stretch.chain.outdoor_loss * span;
  ledger.chillers += cooling.chillers * span;
  ledger.heat_rejection += cooling.heat_rejection * span;
  ledger.pumps += cooling.pumps * span;
  ledger.fans += cooling.fans * span;
  ledger.auxiliaries += cooling.other * span;
  ledger.battery_loss += supply.battery_loss * span;
  ledger.exported += supply.exported * span;
  ledger.stored += (supply.stored + stretch.chain.stored) * span;
  ledger.heat_rejected +=
      (cooling.heat_rejected + stretch.chain.outdoor_loss + supply.battery_loss) * span;
  ledger.heat_stored += stretch.heat_stored;
  ledger.curtailed += supply.curtailed * span;
  ledger.over_limit += supply.over_limit * span;
  const auto own = std::max(Watts(0), supply.solar + supply.wind - supply.exported);
  const auto from_grid = supply.import * stretch.grid_renewable_share.value_or(0);
  ledger.renewable += (own + from_grid) * span;
  ledger.water += cooling.water;
  ledger.carbon += supply.import * span * stretch.carbon + supply.direct_emissions;
  ledger.fuel += supply.fuel;
  ledger.contracts += stretch.contract_payment * span;
  if (stretch.is_dark) {
    ledger.dark += stretch.span;
  } else {
    ledger.clock_seconds += stretch.clock * span.si();
    ledger.powered_seconds += span.si();
  }
}

void check_closed(const std::string& site, const SiteLedger& ledger) {
  const double in =
      (ledger.import + ledger.solar + ledger.wind + ledger.genset + ledger.shortfall).si();
  const double out = (ledger.site() + ledger.exported + ledger.stored).si();
  const double size = ledger.site().si() + ledger.exported.si() + 1;
  CHECK(std::abs(in - out) <= 1e-9 * size, "site {}: sources {} J, uses {} J", site, in, out);
  const double heat = (ledger.site() - ledger.heat_rejected - ledger.heat_stored).si();
  CHECK(std::abs(heat) <= 1e-9 * size, "site {}: {} J of heat unaccounted", site, heat);
}

void HourlyMatching::add(const PlantStretch& stretch) {
  const Seconds span(stretch.span.seconds());
  import_ += stretch.supply.import * span;
  contracted_ += stretch.contracted * span;
  carbon_ += stretch.supply.import * span * stretch.carbon;
}

Kilograms HourlyMatching::close_hour() {
  const double unmatched = import_ > Joules(0) ? std::max(0.0, 1 - contracted_ / import_) : 0.0;
  const auto emitted = carbon_ * unmatched;
  *this = HourlyMatching();
  return emitted;
}

}  // namespace tokenfab
