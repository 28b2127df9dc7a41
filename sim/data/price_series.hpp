// SPDX-License-Identifier: Apache-2.0
// Prices of electricity markets by date: the layouts in which operators and collections publish
// them. All become USD/J on the site's clock.
#pragma once

#include <string_view>

#include "sim/api/site_data.hpp"
#include "sim/data/site_file.hpp"

namespace tokenfab {

/// `Datetime (UTC),...,Price (EUR/MWh)`: Ember and the collections made like it.
bool is_utc_price(std::string_view first_line);
SiteData read_utc_price(SiteFile& file, std::string_view header);

/// `timestamp,region,price_per_mwh,currency,...`: the currency stands in every row.
bool is_market_price(std::string_view first_line);
SiteData read_market_price(SiteFile& file, std::string_view header);

/// `id;name;geoid;geoname;value;datetime`: indicators of the Spanish operator (ESIOS), EUR/MWh,
/// dates with the UTC offset of the day.
bool is_esios_price(std::string_view first_line);
SiteData read_esios_price(SiteFile& file, std::string_view header);

}  // namespace tokenfab
