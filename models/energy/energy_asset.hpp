// SPDX-License-Identifier: Apache-2.0
// What a source or store of energy costs to own, whatever it makes.
#pragma once

#include <string>

#include "sim/api/field.hpp"
#include "sim/core/units.hpp"

namespace tokenfab {

struct EnergyAsset {
  std::string name;
  Dollars price;
  Seconds life;
  DollarsPerSecond maintenance;  // fixed, whatever is made
};

/// Yearly payments per rated power: "20 USD/kW/year".
using DollarsPerWattSecond = Quantity<dimensions::money - dimensions::energy>;

inline constexpr Seconds asset_year(365.0 * 86400);

constexpr DollarsPerWattSecond dollars_per_kw_year(double dollars) {
  return DollarsPerWattSecond(dollars / 1e3 / asset_year.si());
}

/// Declares `price`, `life` and `maintenance` of a plant that is priced by its rated power.
template <class Config>
void describe_ownership(Describe<Config>& d, const std::string& source) {
  d.field("price", &Config::price, "Price of the plant per rated watt")
      .range(0, 1e3)
      .source(source);
  d.field("life", &Config::life, "Years over which the plant is paid back")
      .range(3e6, 3e9)
      .source("Estimate: usual accounting lives, 20 to 30 years for plants, 15 for batteries");
  d.field("maintenance", &Config::maintenance, "Fixed operation and maintenance per rated watt")
      .range(0, 1e-3)
      .source(source);
}

}  // namespace tokenfab
