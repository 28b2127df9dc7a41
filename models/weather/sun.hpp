// SPDX-License-Identifier: Apache-2.0
// Where the sun stands and what a clear or cloudy sky lets through to the ground.
#pragma once

#include <cstdint>

namespace tokenfab {

struct SunPlace {
  double latitude_deg = 0;
  double longitude_deg = 0;  // east positive
  double utc_offset_h = 0;   // of the clock
};

/// The sun over one day of a leap year (from 0). Declination and equation of time are those of
/// noon: J. W. Spencer, "Fourier series representation of the position of the sun", Search 2 (1971)
/// 172.
class SunDay {
 public:
  SunDay(const SunPlace& place, std::uint32_t day);

  /// Sine of the elevation at an hour of the place's clock; negative at night.
  double elevation_sine(double clock_h) const;
  /// Mean of clear_sky_w_m2 over the span of the clock.
  double clear_sky_mean_w_m2(double from_h, double to_h) const;

 private:
  double noon_h_;    // of the clock
  double constant_;  // elevation sine = constant + amplitude cos(hour angle)
  double amplitude_;
};

/// Clock time minus local solar time, in hours, the equation of time left out.
double clock_minus_solar_h(const SunPlace& place);

/// Global horizontal irradiance of a clear sky, W/m2. B. Haurwitz, "Insolation in relation to
/// cloudiness and cloud density", Journal of Meteorology 2 (1945) 154-166, as restated by
/// M. J. Reno et al., SAND2012-2389, eq. 5. Left out: elevation, turbidity.
double clear_sky_w_m2(double elevation_sine);

/// Share of a clear sky's irradiance under `cloud_cover` from 0 to 1: 1 - 0.75 N^3.4. F. Kasten and
/// G. Czeplak, "Solar and terrestrial radiation dependent on the amount and type of cloud", Solar
/// Energy 24 (1980) 177-189.
double cloud_transmission(double cloud_cover);

}  // namespace tokenfab
