// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "models/energy/energy_asset.hpp"
#include "sim/api/weather.hpp"

namespace tokenfab {

/// Where a site is; of the weather model, if it knows.
struct SitePlace {
  double latitude_deg = 0;
  double longitude_deg = 0;  // east positive
};

/// A plant whose power is given by the weather or by a profile: sun and wind. Cost function,
/// stepwise constant in time while the weather is.
class PowerSource : public SiteModel {
 public:
  /// Told once, before the first use; only the sun's path needs it. std::invalid_argument: it is
  /// needed and not known.
  virtual void locate(const std::optional<SitePlace>& place) { static_cast<void>(place); }
  /// At its terminals, before any curtailment; never negative.
  virtual Watts power(Instant at, const Weather& weather) const = 0;
  /// Until when power() holds under the same weather; nullopt: for good.
  virtual std::optional<Instant> holds_until(Instant at) const = 0;
  virtual Watts rating() const = 0;
  virtual EnergyAsset asset() const = 0;
};

}  // namespace tokenfab
