// SPDX-License-Identifier: Apache-2.0
// An hourly year of weather from a place's monthly statistics; the same for the same seed and path.
//
// Day by day: clearness of the sky and deviation of the temperature from the course of the year are
// first-order autoregressive (V. A. Graham, K. G. T. Hollands and T. E. Unny, Solar Energy 40,
// 1988; C. W. Richardson, Water Resources Research 17, 1981). Hour by hour: temperature by ASHRAE's
// daily profile (Handbook - Fundamentals 2017, ch. 14, table 6) in solar time, wider on clear days;
// vapour pressure by straight lines from noon to noon; sun by Haurwitz' clear sky times the day's
// clearness; wind by a Weibull distribution of shape 2.
//
// The monthly means of temperature, irradiance and wind come out exactly, those of humidity within
// 0.01. Left out: fronts within a day, changes of pressure, sea breeze, rain, wind by hour of day,
// differences between years other than the seed's.
#pragma once

#include "models/weather/climate.hpp"
#include "sim/api/site_data.hpp"

namespace tokenfab {

/// Uses the clock, the seed and the path of `inputs`. Throws std::invalid_argument as climate_of(),
/// and where the sun would have to shine brighter than from a clear sky.
WeatherTable generate_weather(const ClimateConfig& config, const SiteInputs& inputs);

}  // namespace tokenfab
