// SPDX-License-Identifier: Apache-2.0
// series.csv: power, PUE, price, carbon, temperatures and throughput of every site over the run.
#pragma once

#include <string>
#include <vector>

#include "sim/page/markup.hpp"
#include "sim/page/page_input.hpp"
#include "sim/page/run_dates.hpp"
#include "sim/page/thinning.hpp"

namespace tokenfab {

/// How a column of series.csv is shown.
struct SeriesColumn {
  const char* name;
  const char* label;
  const char* unit;
};

struct SiteSeries {
  std::string site;
  std::vector<double> dates_s;     // of the rows: ends of intervals
  std::vector<SampledLine> lines;  // by column; those that always are 0 or unknown are left out
};

struct SeriesPanel {
  const char* id;
  const char* title;
  const char* unit;
  std::vector<SeriesColumn> columns;
};
const std::vector<SeriesPanel>& series_panels();

/// Empty without the file. Throws DataError.
std::vector<SiteSeries> read_series(const RunInput& run);

/// For the charts; what does not fit into the file is thinned. Panels without any line are left
/// out.
Node series_json(std::vector<SiteSeries> sites);

/// Panels of which some line changes at some site.
std::vector<const SeriesPanel*> panels_of(const std::vector<SiteSeries>& sites);

/// "price $0.091/kWh": what never changes at a site and so has no chart; empty if nothing.
std::string constants_text(const SiteSeries& site);

/// Mean, extremes and when the highest was, by quantity; means of equal stretches of the run.
PageTable series_summary(const SiteSeries& site, const RunDates& dates);
PageTable series_stretches(const SiteSeries& site, const RunDates& dates);

}  // namespace tokenfab
