// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/api/site_data.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

/// The air outside, constant over a stretch of time.
struct Weather {
  Celsius dry_bulb{20};
  Celsius wet_bulb{15};
  double relative_humidity = 0.5;
  double pressure_pa = 101325;
  double irradiance_w_m2 = 0;  // global horizontal
  double wind_m_s = 0;         // at 10 m
};

/// Cost function, stepwise constant in time.
class WeatherModel : public SiteModel {
 public:
  virtual Weather at(Instant date) const = 0;
  /// Until when at(date) holds; nullopt: for good.
  virtual std::optional<Instant> holds_until(Instant date) const = 0;
  /// Degrees north; solar plants need it.
  virtual double latitude_deg() const { return 0; }
  virtual double longitude_deg() const { return 0; }
};

}  // namespace tokenfab
