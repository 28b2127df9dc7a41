// SPDX-License-Identifier: Apache-2.0
// The models of the sites' plants: their clocks, the data files they read, and whether they can
// work at all.
#pragma once

#include <string>
#include <vector>

#include "models/energy/power_source.hpp"
#include "sim/api/site_data.hpp"
#include "sim/api/weather.hpp"
#include "sim/scenario/findings.hpp"
#include "sim/scenario/loader.hpp"

namespace tokenfab {

/// Hours of a fixed offset from UTC such as +08:00; none if it is no such offset.
std::optional<double> utc_offset_h(const std::string& time_zone);

/// The site's wall clock: the scenario's start is that of the first site by name.
Calendar site_calendar(const ScenarioConfig& config, const SiteConfig& site);

/// Where the weather is told of; none if it does not know.
std::optional<SitePlace> place_of(const WeatherModel& weather);

/// Hands the models of a site their inputs; their files have been read by check_sites().
OpenSiteModel site_opener(const Scenario& scenario, const std::string& site);

/// Makes every model of every site once and reads every file they name into scenario.site_data.
/// Tells contradictory configurations, missing files and bad contents.
Findings check_sites(const std::vector<std::string>& folders, const Node& document,
                     const std::map<std::string, double>& usd_per_currency, Scenario& scenario);

}  // namespace tokenfab
