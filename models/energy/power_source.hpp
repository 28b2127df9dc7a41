// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "models/energy/energy_asset.hpp"
#include "sim/api/weather.hpp"

namespace tokenfab {

/// A plant whose power is given by the weather or by a profile: sun and wind. Cost function,
/// stepwise constant in time while the weather is.
class PowerSource : public SiteModel {
 public:
  /// Told once, before the first use; only the sun's path needs it.
  virtual void locate(double latitude_deg, double longitude_deg) {
    static_cast<void>(latitude_deg);
    static_cast<void>(longitude_deg);
  }
  /// At its terminals, before any curtailment; never negative.
  virtual Watts power(Instant at, const Weather& weather) const = 0;
  /// Until when power() holds under the same weather; nullopt: for good.
  virtual std::optional<Instant> holds_until(Instant at) const = 0;
  virtual Watts rating() const = 0;
  virtual EnergyAsset asset() const = 0;
};

}  // namespace tokenfab
