// SPDX-License-Identifier: Apache-2.0
// Carbon intensity of a grid by date, as published. All become kg/J on the site's clock.
#pragma once

#include <string_view>

#include "sim/api/site_data.hpp"
#include "sim/data/site_file.hpp"

namespace tokenfab {

/// Electricity Maps' hourly CSV: direct and life-cycle intensity and renewable percentage, UTC.
bool is_electricity_maps(std::string_view first_line);
SiteData read_electricity_maps(SiteFile& file, std::string_view header);

/// `timestamp,WND,SUN,WAT,...,avg_CI`: power by fuel in MW, and the intensity made of it. The
/// renewable share is that of wind, sun and water.
bool is_fuel_mix(std::string_view first_line);
SiteData read_fuel_mix(SiteFile& file, std::string_view header);

}  // namespace tokenfab
