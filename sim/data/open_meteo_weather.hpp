// SPDX-License-Identifier: Apache-2.0
// Open-Meteo hourly weather as CSV: a line that begins with '#' and tells place and clock as
// KEY=VALUE, or the service's own two lines (latitude,longitude,elevation,utc_offset_seconds,...);
// then a table with a date and one column per quantity. Dates stand on one clock of fixed offset.
// Left out: radiation, which the service gives for the hour before the date.
#pragma once

#include <string_view>

#include "sim/api/site_data.hpp"
#include "sim/data/site_file.hpp"

namespace tokenfab {

bool is_open_meteo(std::string_view first_line);
SiteData read_open_meteo(SiteFile& file, std::string_view first_line);

}  // namespace tokenfab
