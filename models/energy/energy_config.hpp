// SPDX-License-Identifier: Apache-2.0
// The "energy" section of a site.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "models/energy/battery.hpp"
#include "models/energy/genset.hpp"
#include "sim/api/field.hpp"

namespace tokenfab {

struct GridConfig {
  PluginConfig tariff;
  PluginConfig carbon;
  std::optional<Watts> import_limit;
  std::optional<Watts> export_limit;
  PluginConfig outages{"none", nullptr};
  static void describe(Describe<GridConfig>& d);
};

/// Renewable energy bought elsewhere on the same grid, paid as produced.
struct ContractConfig {
  PluginConfig solar;  // one of the two
  PluginConfig wind;
  DollarsPerJoule price;
  static void describe(Describe<ContractConfig>& d);
};

struct EnergyConfig {
  GridConfig grid;
  PluginConfig solar;
  PluginConfig wind;
  std::optional<BatteryConfig> battery;
  std::optional<GensetConfig> genset;
  PluginConfig dispatch{"none", nullptr};
  std::map<std::string, ContractConfig> contracts;
  static void describe(Describe<EnergyConfig>& d);
};

/// What contradicts itself between the parts, by the place of it: "dispatch", "contracts/NAME".
std::map<std::string, std::string> contradictions(const EnergyConfig& config);

}  // namespace tokenfab
