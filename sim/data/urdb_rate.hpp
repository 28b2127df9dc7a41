// SPDX-License-Identifier: Apache-2.0
// Tariffs of the OpenEI Utility Rate Database as JSON: one record, or the service's answer with one
// item. Field meanings: https://openei.org/services/doc/rest/util_rates (version 8).
// Left out, with a warning: coincident demand, reactive power. Refused: units of tiers and of
// demand other than kWh and kW.
#pragma once

#include <string_view>

#include "sim/api/site_data.hpp"
#include "sim/data/site_file.hpp"

namespace tokenfab {

bool is_urdb(std::string_view first_line);
SiteData read_urdb(SiteFile& file, std::string_view first_line);

}  // namespace tokenfab
