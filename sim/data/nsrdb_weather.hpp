// SPDX-License-Identifier: Apache-2.0
// Typical meteorological years of the National Solar Radiation Database (NSRDB, NREL): two lines of
// metadata, a header, rows by year, month, day, hour (0 to 23) and minute. It has no relative
// humidity in some downloads; then that comes from dew point and temperature.
#pragma once

#include <string_view>

#include "sim/api/site_data.hpp"
#include "sim/data/site_file.hpp"

namespace tokenfab {

bool is_nsrdb(std::string_view first_line);
SiteData read_nsrdb(SiteFile& file, std::string_view first_line);

}  // namespace tokenfab
