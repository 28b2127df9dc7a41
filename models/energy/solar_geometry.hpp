// SPDX-License-Identifier: Apache-2.0
// Where the sun stands and how its light splits: Spencer's series for declination, distance and
// the equation of time, and the split of global irradiance into beam and diffuse light by Erbs.
#pragma once

#include <array>

namespace tokenfab {

/// What depends on the day alone.
struct SolarDay {
  double declination = 0;            // rad
  double equation_of_time_min = 0;   // solar less mean time
  double extraterrestrial_w_m2 = 0;  // normal to the beam
};

/// `day_of_year`: 0 on 1 January.
/// J. W. Spencer, "Fourier series representation of the position of the sun", Search 2(5), 1971;
/// solar constant 1361 W/m2: Kopp and Lean, Geophys. Res. Lett. 38, L01706, 2011.
SolarDay solar_day(double day_of_year);

/// Unit vector to the sun: east, north, up.
using Direction = std::array<double, 3>;

/// `solar_hour`: apparent solar time, 12 when the sun is due south.
Direction sun_direction(const SolarDay& day, double latitude_rad, double solar_hour);

/// Diffuse share of the global horizontal irradiance by clearness index (of hourly means).
/// D. G. Erbs, S. A. Klein, J. A. Duffie, Solar Energy 28(4), 293-302, 1982.
double diffuse_share(double clearness);

}  // namespace tokenfab
