// SPDX-License-Identifier: Apache-2.0
// Our own tables of weather, prices, carbon and shares; calendar_csv.hpp has what they share.
#pragma once

#include <string_view>

#include "sim/api/site_data.hpp"
#include "sim/data/site_file.hpp"

namespace tokenfab {

/// dry_bulb_degc, relative_humidity_pct and, where known, pressure_pa, irradiance_w_m2,
/// cloud_cover_pct, wind_m_s.
SiteData read_weather_csv(SiteFile& file, std::string_view header);
/// price_CUR_per_mwh or price_CUR_per_kwh, CUR the code of a currency in lower case.
SiteData read_price_csv(SiteFile& file, std::string_view header);
/// g_per_kwh and, where known, renewable_pct.
SiteData read_carbon_csv(SiteFile& file, std::string_view header);
/// fraction, from 0 to 1.
SiteData read_fraction_csv(SiteFile& file, std::string_view header);
/// One column of fractions without dates: 8760 or 8784 hours from 1 January 00:00, or as many
/// equal parts of them. The first line may be a header.
SiteData read_hourly_column(SiteFile& file, std::string_view first_line);
bool is_hourly_column(std::string_view first_line);

}  // namespace tokenfab
