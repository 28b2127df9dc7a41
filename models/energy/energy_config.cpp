// SPDX-License-Identifier: Apache-2.0
#include "models/energy/energy_config.hpp"

#include <fmt/format.h>

namespace tokenfab {

void GridConfig::describe(Describe<GridConfig>& d) {
  using C = GridConfig;
  d.plugin("tariff", &C::tariff, "tariff", "What grid energy costs")
      .catalogue("tariffs")
      .required();
  d.plugin("carbon", &C::carbon, "carbon", "What grid energy emits").required();
  d.field("import_limit", &C::import_limit,
          "Most the connection should draw; load beyond it is drawn all the same and reported")
      .range(0, 1e12);
  d.field("export_limit", &C::export_limit,
          "Most it may feed in, sun and wind beyond it are curtailed; no limit if absent")
      .range(0, 1e12);
  d.plugin("outages", &C::outages, "outages", "When the grid is away");
}

void ContractConfig::describe(Describe<ContractConfig>& d) {
  using C = ContractConfig;
  d.plugin("solar", &C::solar, "solar", "A solar plant under contract, in the site's weather");
  d.plugin("wind", &C::wind, "wind", "A wind farm under contract, in the site's weather");
  d.field("price", &C::price, "Paid for all it makes").required().range(-1e-6, 1e-5);
}

void EnergyConfig::describe(Describe<EnergyConfig>& d) {
  using C = EnergyConfig;
  d.object("grid", &C::grid, "The connection to the public grid").catalogue("regions").required();
  d.plugin("solar", &C::solar, "solar", "A solar plant on the site");
  d.plugin("wind", &C::wind, "wind", "A wind farm on the site");
  d.object("battery", &C::battery, "A battery on the site");
  d.object("genset", &C::genset, "Backup generators");
  d.plugin("dispatch", &C::dispatch, "dispatch", "What the battery does when");
  d.map("contracts", &C::contracts, "Renewable energy bought elsewhere, by name");
}

std::map<std::string, std::string> contradictions(const EnergyConfig& config) {
  std::map<std::string, std::string> found;
  for (const auto& [name, contract] : config.contracts) {
    if (contract.solar.model.empty() && contract.wind.model.empty()) {
      found["contracts/" + name] = "names no plant; give it \"solar\" or \"wind\"";
    }
  }
  if (!config.battery && config.dispatch.model != "none") {
    found["dispatch"] =
        fmt::format("\"{}\" has no battery to command; add \"battery\" or leave \"dispatch\" out",
                    config.dispatch.model);
  }
  return found;
}

}  // namespace tokenfab
