// SPDX-License-Identifier: Apache-2.0
// fleet.csv: how busy each group of replicas was over the run, as a heat map.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "sim/page/markup.hpp"
#include "sim/page/page_input.hpp"
#include "sim/page/run_dates.hpp"

namespace tokenfab {

/// What a group of replicas shows over time.
struct FleetQuantity {
  const char* column;
  const char* label;
  const char* unit;
};
inline constexpr std::size_t fleet_quantity_count = 4;
const std::array<FleetQuantity, fleet_quantity_count>& fleet_quantities();

struct FleetRow {
  std::string name;     // "site/cluster SERVICE/POOL group"
  double replicas = 0;  // most
  std::array<std::vector<double>, fleet_quantity_count> values;  // by quantity, by stretch
};

struct FleetMap {
  double begin_s = 0;
  double end_s = 0;
  std::size_t stretches = 0;
  std::vector<FleetRow> rows;  // in the order of the file
  std::size_t left_out = 0;    // groups beyond those shown
};

/// Means over equal stretches of the run. No rows without the file. Throws DataError.
FleetMap read_fleet(const RunInput& run);

Node fleet_json(const FleetMap& map);
PageTable fleet_table(const FleetMap& map);

}  // namespace tokenfab
