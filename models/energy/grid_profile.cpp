// SPDX-License-Identifier: Apache-2.0
#include "models/energy/grid_profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tokenfab {
namespace {

void require(bool is_there, const GridProfileConfig& config, const char* what) {
  if (!is_there) {
    throw std::invalid_argument(fmt::format(
        "grid \"{}\" has no \"{}\"; give one or use a grid of the catalogue", config.name, what));
  }
}

}  // namespace

void GridPriceConfig::describe(Describe<GridPriceConfig>& d) {
  d.field("mean", &GridPriceConfig::mean, "Mean over the year").required().range(-1e-6, 1e-5);
  d.object("shape", &GridPriceConfig::shape, "How it varies");
}

void GridCarbonConfig::describe(Describe<GridCarbonConfig>& d) {
  d.field("mean", &GridCarbonConfig::mean, "Mean over the year; location-based, operational")
      .required()
      .range(0, 1e-5);
  d.object("shape", &GridCarbonConfig::shape, "How it varies");
  d.field("renewable_share", &GridCarbonConfig::renewable_share,
          "Share of the year's energy that is renewable; absent: not known")
      .range(0, 1);
}

void GridProfileConfig::describe(Describe<GridProfileConfig>& d) {
  d.field("name", &GridProfileConfig::name, "Region");
  d.object("price", &GridProfileConfig::price, "Price of energy");
  d.object("carbon", &GridProfileConfig::carbon, "Emissions of energy");
}

AnnualSeries generate_prices(const GridProfileConfig& config, const SiteInputs& inputs) {
  require(config.price.has_value(), config, "price");
  return MonthlyProfile(config.price->shape, "price/shape")
      .series(config.price->mean.si(), inputs.calendar,
              RandomStream(inputs.seed, 0, inputs.path, "price"));
}

AnnualSeries generate_carbon(const GridProfileConfig& config, const SiteInputs& inputs) {
  require(config.carbon.has_value(), config, "carbon");
  auto series = MonthlyProfile(config.carbon->shape, "carbon/shape")
                    .series(config.carbon->mean.si(), inputs.calendar,
                            RandomStream(inputs.seed, 0, inputs.path, "carbon"));
  const auto& values = series.values();
  if (*std::min_element(values.begin(), values.end()) < 0) {
    throw std::invalid_argument(
        "carbon/shape brings the carbon intensity below zero; take noise_shape \"lognormal\", a "
        "midday_dip of at most 1 and no negative levels");
  }
  return series;
}

}  // namespace tokenfab
