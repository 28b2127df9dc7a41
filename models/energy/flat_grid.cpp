// SPDX-License-Identifier: Apache-2.0
#include "models/energy/flat_grid.hpp"

namespace tokenfab {

void FlatTariffConfig::describe(Describe<FlatTariffConfig>& d) {
  d.field("price", &FlatTariffConfig::price,
          "Price of energy at the site's meter, all charges included")
      .required()
      .range(-1e-6, 1e-5);
}

void FlatCarbonConfig::describe(Describe<FlatCarbonConfig>& d) {
  d.field("intensity", &FlatCarbonConfig::intensity,
          "Operational emissions of grid energy, location-based")
      .required()
      .range(0, 1e-5);
}

}  // namespace tokenfab
