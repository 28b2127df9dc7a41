// SPDX-License-Identifier: Apache-2.0
// Moist air after ASHRAE Handbook - Fundamentals 2017, chapter 1 (SI); "eq." numbers are its own.
//
// Relative humidity of weather stations, and in this project, is over liquid water at all
// temperatures (WMO-No. 8, Guide to Instruments and Methods of Observation, vol. I, annex 4.B);
// ASHRAE's is over ice below 0.01 degC.
#pragma once

#include "sim/core/units.hpp"

namespace tokenfab {

/// Over liquid water (eq. 6, R. W. Hyland and A. Wexler, ASHRAE Transactions 89(2A), 1983); the fit
/// is for 0 to 200 degC, below it is extrapolated to supercooled water.
double water_saturation_pa(Celsius temperature);
/// Over ice (eq. 5), -100 to 0 degC.
double ice_saturation_pa(Celsius temperature);
/// Over ice below the triple point, else over water.
double saturation_pressure_pa(Celsius temperature);

/// kg of water per kg of dry air (eq. 20), and back.
double humidity_ratio(double vapour_pressure_pa, double pressure_pa);
double vapour_pressure_pa(double humidity_ratio, double pressure_pa);

/// Where air of this vapour pressure would be saturated over water: what stations report, also in
/// frost.
Celsius dew_point(double vapour_pressure_pa);

/// Of the psychrometric equation (eq. 33 over water, eq. 35 over ice).
double humidity_ratio_of_wet_bulb(Celsius dry_bulb, Celsius wet_bulb, double pressure_pa);
/// Its inverse by Newton's method, to 1e-9 K. Where the water on the bulb may be liquid or frozen
/// it is liquid. Air supersaturated over ice has its dry bulb.
Celsius wet_bulb_of_humidity_ratio(Celsius dry_bulb, double humidity_ratio, double pressure_pa);

/// `relative_humidity` over liquid water.
Celsius wet_bulb(Celsius dry_bulb, double relative_humidity, double pressure_pa);
double relative_humidity_of_wet_bulb(Celsius dry_bulb, Celsius wet_bulb, double pressure_pa);

/// Per kg of dry air, 0 for dry air at 0 degC (eq. 30).
double enthalpy_j_per_kg(Celsius dry_bulb, double humidity_ratio);
/// Of the mixture (eqs. 26 and 11).
double air_density_kg_m3(Celsius dry_bulb, double humidity_ratio, double pressure_pa);

/// Of the standard atmosphere, -5000 to 11,000 m (eq. 3).
double standard_pressure_pa(double elevation_m);

/// At 101,325 Pa, within about 1 K for 5 to 99 % and -20 to 50 degC: R. Stull, "Wet-bulb
/// temperature from relative humidity and air temperature", Journal of Applied Meteorology and
/// Climatology 50 (2011) 2267-2269.
Celsius stull_wet_bulb(Celsius dry_bulb, double relative_humidity);

}  // namespace tokenfab
