// SPDX-License-Identifier: Apache-2.0
// What is published about a public grid: levels and shapes of its price and of its carbon
// intensity. models/data/grids.json has some, with their sources.
#pragma once

#include <optional>
#include <string>

#include "models/energy/monthly_profile.hpp"
#include "sim/api/site_data.hpp"

namespace tokenfab {

struct GridPriceConfig {
  DollarsPerJoule mean;
  ProfileShapeConfig shape;
  static void describe(Describe<GridPriceConfig>& d);
};

struct GridCarbonConfig {
  KilogramsPerJoule mean;
  ProfileShapeConfig shape;
  std::optional<double> renewable_share;
  static void describe(Describe<GridCarbonConfig>& d);
};

struct GridProfileConfig {
  std::string name;
  std::optional<GridPriceConfig> price;
  std::optional<GridCarbonConfig> carbon;
  static void describe(Describe<GridProfileConfig>& d);
};

/// Hourly prices in USD/J, drawn for the seed and path of `inputs`. Throws std::invalid_argument: a
/// profile without price, or as MonthlyProfile.
AnnualSeries generate_prices(const GridProfileConfig& config, const SiteInputs& inputs);

/// Hourly emissions in kg/J. Throws std::invalid_argument also where an hour would emit less than
/// nothing.
AnnualSeries generate_carbon(const GridProfileConfig& config, const SiteInputs& inputs);

}  // namespace tokenfab
