// SPDX-License-Identifier: Apache-2.0
// Energy, water, carbon and misfortunes of the plants, for people. Simple twins have no parts, so
// nothing is told of these.
#pragma once

#include "sim/metrics/summary.hpp"
#include "sim/report/text_table.hpp"

namespace tokenfab {

/// Of the whole factory.
void add_plant(TextTable& table, const MetricSet& metrics);

/// One line per site if there are several.
void add_site_table(TextTable& table, const Summary& summary);

}  // namespace tokenfab
