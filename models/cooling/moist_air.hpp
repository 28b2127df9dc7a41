// SPDX-License-Identifier: Apache-2.0
// Moist air as heat rejection needs it (ASHRAE Fundamentals 2017, ch. 1): humidity, dew point,
// enthalpy. Saturation pressure by Magnus's formula with the coefficients of Alduchov and
// Eskridge 1996 (0.4 % from -40 to 50 degC).
#pragma once

#include <algorithm>
#include <cmath>

namespace tokenfab {

inline double saturation_pressure_pa(double degc) {
  return 610.94 * std::exp(17.625 * degc / (degc + 243.04));
}

/// Kilograms of vapour per kilogram of dry air.
inline double saturated_humidity(double degc, double pressure_pa) {
  const double vapour = std::min(saturation_pressure_pa(degc), 0.5 * pressure_pa);
  return 0.621945 * vapour / (pressure_pa - vapour);
}

/// From dry and wet bulb, ASHRAE Fundamentals 2017 ch. 1 eq. 33 (liquid water).
inline double humidity(double dry_bulb_degc, double wet_bulb_degc, double pressure_pa) {
  const double saturated = saturated_humidity(wet_bulb_degc, pressure_pa);
  const double result =
      ((2501 - 2.326 * wet_bulb_degc) * saturated - 1.006 * (dry_bulb_degc - wet_bulb_degc)) /
      (2501 + 1.86 * dry_bulb_degc - 4.186 * wet_bulb_degc);
  return std::max(result, 1e-6);
}

inline double dew_point_degc(double humidity_kg_kg, double pressure_pa) {
  const double vapour = pressure_pa * humidity_kg_kg / (0.621945 + humidity_kg_kg);
  const double l = std::log(vapour / 610.94);
  return 243.04 * l / (17.625 - l);
}

/// Joules per kilogram of dry air, 0 at 0 degC and dry (eq. 30).
inline double enthalpy_j_kg(double dry_bulb_degc, double humidity_kg_kg) {
  return 1006 * dry_bulb_degc + humidity_kg_kg * (2.501e6 + 1860 * dry_bulb_degc);
}

/// Temperature of saturated air of that enthalpy: bisection, 1e-9 K.
inline double saturated_temperature_degc(double enthalpy, double pressure_pa) {
  double low = -60;
  double high = 70;
  while (high - low > 1e-9) {
    const double middle = 0.5 * (low + high);
    const bool is_above = enthalpy_j_kg(middle, saturated_humidity(middle, pressure_pa)) > enthalpy;
    (is_above ? high : low) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace tokenfab
