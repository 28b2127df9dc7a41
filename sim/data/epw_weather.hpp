// SPDX-License-Identifier: Apache-2.0
// EnergyPlus weather files (EPW): eight header lines, then rows of 35 fields. Hour 1 is the one
// that ends at 01:00. Format: EnergyPlus, Auxiliary Programs, "EnergyPlus Weather File (EPW) Data
// Dictionary". Left out: dew point, direct and diffuse radiation, wind direction, rain.
#pragma once

#include <string_view>

#include "sim/api/site_data.hpp"
#include "sim/data/site_file.hpp"

namespace tokenfab {

bool is_epw(std::string_view first_line);
SiteData read_epw(SiteFile& file, std::string_view first_line);

}  // namespace tokenfab
