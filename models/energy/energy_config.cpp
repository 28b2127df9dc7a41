// SPDX-License-Identifier: Apache-2.0
#include "models/energy/energy_config.hpp"

namespace tokenfab {

void GridConfig::describe(Describe<GridConfig>& d) {
  d.plugin("tariff", &GridConfig::tariff, "tariff", "What grid energy costs")
      .catalogue("tariffs")
      .required();
  d.plugin("carbon", &GridConfig::carbon, "carbon", "What grid energy emits").required();
}

void EnergyConfig::describe(Describe<EnergyConfig>& d) {
  d.object("grid", &EnergyConfig::grid, "The connection to the public grid").required();
}

}  // namespace tokenfab
