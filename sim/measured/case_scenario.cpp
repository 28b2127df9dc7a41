// SPDX-License-Identifier: Apache-2.0
#include "sim/measured/case_scenario.hpp"

#include <fmt/format.h>

#include "sim/scenario/catalogue.hpp"

namespace tokenfab {

Scenario load_case(const BareCluster& cluster, std::string_view body, const Overrides& sets,
                   const Overrides& more) {
  ScenarioRequest request;
  request.path = "measured case";
  request.text = fmt::format(
      R"({{"scenario_version": 1, "name": "case", "plant_interval": "1 d", "sites": {{"site": {{
        "energy": {{"grid": {{"tariff": {{"model": "flat", "price": "0 USD/kWh"}},
                              "carbon": {{"model": "flat", "intensity": "0 g/kWh"}}}}}},
        "cooling": {{"model": "constant_pue", "pue": 1.25}},
        "clusters": {{"cluster": {{"nodes": {}, "node": {{
          "name": "chips alone", "chip": {{"use": "{}"}}, "chips_per_node": {},
          "host_power_idle": "0 W", "host_power_busy": "0 W", "psu_efficiency": 1,
          "host_price": "0 USD", "network_price": "0 USD"}}}}}}}}}},
        "output": {{"requests": false}}, {}}})",
      cluster.nodes, cluster.chip, cluster.chips_per_node, body);
  request.overrides = sets;
  request.overrides.insert(request.overrides.end(), more.begin(), more.end());
  return load_scenario(request);
}

std::string missing_entry(std::string_view table, std::string_view id) {
  static const EmbeddedTables tables;
  if (tables.find(table, id) != nullptr) {
    return {};
  }
  return fmt::format("{} is not in the catalogue of {}", id, table);
}

}  // namespace tokenfab
