// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "sim/api/site_data.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

/// What a battery's controller sees. Prices are known for the day ahead, as on day-ahead markets;
/// load and weather are those of now.
struct DispatchView {
  Instant now;
  Watts load;         // of the site
  Watts renewable;    // solar and wind at hand
  Watts last_import;  // mean since the decision before
  std::optional<Watts> import_limit;
  std::function<DollarsPerJoule(Instant)> price;  // now and up to a day ahead
  Joules charge;                                  // in the battery
  Joules charge_min;                              // it may be emptied to
  Joules charge_max;                              // it may be filled to
  Watts charge_power;                             // the most it takes now, at its terminals
  Watts discharge_power;                          // the most it gives now, at its terminals
  double round_trip_efficiency = 1;
};

/// Decides what a site battery does until it is asked again (every plant interval and whenever
/// prices or weather change).
class DispatchPolicy : public SiteModel {
 public:
  /// Power at the battery's terminals: positive discharges, negative charges. The caller keeps it
  /// within what the battery can do.
  virtual Watts battery_power(const DispatchView& view) = 0;
};

}  // namespace tokenfab
