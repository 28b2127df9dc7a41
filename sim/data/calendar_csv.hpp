// SPDX-License-Identifier: Apache-2.0
// Our own tables of site data: month, day and hour (0 to 23) on the site's clock, optionally the
// minute, and the quantities as named columns.
#pragma once

#include <string_view>
#include <vector>

#include "sim/api/annual_series.hpp"
#include "sim/data/site_file.hpp"
#include "sim/data/site_table.hpp"

namespace tokenfab {

bool is_calendar_csv(std::string_view first_line);

/// One series per column, empty for an optional one that the file does not have.
std::vector<AnnualSeries> read_calendar_csv(SiteFile& file, std::string_view header,
                                            std::vector<SiteColumn> columns);

}  // namespace tokenfab
